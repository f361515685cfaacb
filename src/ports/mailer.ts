export type Mail = Readonly<{ to: string; subject: string; text: string; html: string }>;

/** The mail transport. Every adapter passes test/contracts/mailer.contract.ts. */
export interface Mailer {
  /**
   * Hands `mail` over. Takes as long as SMTP allows, which is half an hour at most.
   * @param id identifies the email, so that a transport can drop a second copy
   * @throws {PortError} mail.unavailable: temporary; retry later
   * @throws {PortError} mail.refused: permanent for this email
   */
  send(mail: Mail, id: string): Promise<void>;
}
