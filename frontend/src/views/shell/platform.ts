/** Whether keys are printed as on a Mac. */
export const isMac = /mac|iphone|ipad/i.test(navigator.platform)
