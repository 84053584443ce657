/**
 * How opening the provider's page went: `blocked` leaves a link for the buyer to follow, `scan` a code to be read with
 * the provider's app.
 */
export type PayPage =
  | { kind: 'opened' }
  | { kind: 'blocked'; url: string }
  | { kind: 'scan'; code: string }
  | { kind: 'nothing' }

/**
 * Opens the provider's page in a new tab, so that the show runs on. The tab is opened inside the click, before the
 * address is known: browsers block one that opens later.
 * @throws whatever `start` throws, with the tab closed again
 */
export async function openPayPage(start: () => Promise<{ payUrl: string | null }>): Promise<PayPage> {
  const tab = window.open('about:blank', '_blank')
  try {
    const { payUrl } = await start()
    if (payUrl === null) {
      tab?.close()
      return { kind: 'nothing' }
    }
    if (!/^https?:/.test(payUrl)) {
      tab?.close()
      return { kind: 'scan', code: payUrl }
    }
    if (!tab) return { kind: 'blocked', url: payUrl }
    tab.opener = null // the provider's page has no hold on ours
    tab.location.replace(payUrl)
    return { kind: 'opened' }
  } catch (error) {
    tab?.close()
    throw error
  }
}
