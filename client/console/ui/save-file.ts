/** Hands a text to the browser's downloads under `name`. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it by the next turn; kept longer it would stay in memory until the page is left.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
