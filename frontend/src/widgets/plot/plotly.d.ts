/** The part of Plotly used here; the bundle brings no types. */
declare module 'plotly.js-cartesian-dist-min' {
  export type PlotlyValues = Record<string, unknown>

  export interface PlotlyPoint {
    customdata?: unknown
  }

  export interface PlotlyElement extends HTMLElement {
    on(event: 'plotly_click', listener: (event: { points: PlotlyPoint[] }) => void): void
  }

  export interface Plotly {
    react(
      root: HTMLElement,
      data: PlotlyValues[],
      layout: PlotlyValues,
      config: PlotlyValues,
    ): Promise<PlotlyElement>
    purge(root: HTMLElement): void
    Plots: { resize(root: HTMLElement): Promise<void> | void }
  }

  const plotly: Plotly
  export default plotly
}
