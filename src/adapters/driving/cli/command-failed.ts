/** A command could not do its work, and nothing is wrong with the program: the messages say what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly messages: readonly string[];
  readonly exitCode: number;

  /** @param exitCode one of `EXIT` */
  constructor(messages: readonly string[], exitCode: number, options?: ErrorOptions) {
    super(messages.join(' '), options);
    this.messages = messages;
    this.exitCode = exitCode;
  }
}
