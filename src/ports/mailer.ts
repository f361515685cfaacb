export type Mail = Readonly<{ to: string; subject: string; text: string; html: string }>;

/** The post. Every adapter passes test/contracts/mailer.contract.ts. */
export interface Mailer {
  /**
   * Hands `mail` over, within half a minute. `id` names this letter for ever, so that a careful post can drop a second
   * copy.
   * @throws {PortError} mail.unavailable: not now, perhaps later
   * @throws {PortError} mail.refused: never, as it stands
   */
  send(mail: Mail, id: string): Promise<void>;
}
