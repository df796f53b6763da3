/** Pictures of the page: node dev/shoot.mjs <address> <file.png> [width] [height] [wait ms]. */
import { chromium } from 'playwright-core'

const [address, file, width = '1440', height = '900', wait = '1500'] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(height) } })
page.on('console', (message) => {
  if (message.type() === 'error' || message.type() === 'warning') console.log(message.type(), message.text())
})
page.on('pageerror', (error) => {
  console.log('page error', error.message)
})
await page.goto(address)
await page.waitForTimeout(Number(wait))
await page.screenshot({ path: file })
await browser.close()
