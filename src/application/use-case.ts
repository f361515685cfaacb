/** An operation of the application, with the ports and settings that it depends on. */
export abstract class UseCase<Deps> {
  protected readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }
}
