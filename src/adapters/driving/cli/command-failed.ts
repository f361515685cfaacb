/** A command could not do its work, and nothing is wrong with the program: the sentences say what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly sentences: readonly string[];
  readonly exitCode: number;

  /** @param exitCode one of `EXIT` */
  constructor(sentences: readonly string[], exitCode: number, options?: ErrorOptions) {
    super(sentences.join(' '), options);
    this.sentences = sentences;
    this.exitCode = exitCode;
  }
}
