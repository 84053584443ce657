/** A mail as it leaves the house. */
export interface Mail {
  /** The same for every attempt of one mail: mail programs fold what arrives twice. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The way out for mails: SMTP, or a table that a page shows. */
export interface MailPort {
  /**
   * Hands a mail over. @returns false where it was refused for good, as an address that does not exist is
   * @throws an Error without anybody's address in it, where trying again can help
   */
  send(mail: Mail): Promise<boolean>
  close(): void
}
