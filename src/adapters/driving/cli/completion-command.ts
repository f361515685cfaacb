import { Argument, Command } from 'commander';
import type { CliDeps } from './cli-deps.ts';
import { withExamples } from './options.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export const completionCommand = ({ write }: CliDeps): Command =>
  withExamples(
    new Command('completion')
      .description('Print a script that completes commands and options in a shell.')
      .addArgument(new Argument('<shell>').choices(SHELLS))
      .action((shell: Shell, _options: object, command: Command) =>
        write(SCRIPTS[shell](nodesOf(command.parent as Command))),
      ),
    'source <(guildhall completion bash)',
    'guildhall completion zsh > ~/.zfunc/_guildhall',
    'guildhall completion fish > ~/.config/fish/completions/guildhall.fish',
  );

/**
 * A command, such as ` license list`, with the words that may follow it. `values`: choices of its options.
 */
type Node = Readonly<{
  path: string;
  words: readonly Readonly<{ text: string; description: string; takesValue: boolean }>[];
  values: readonly Readonly<{ option: string; choices: readonly string[] }>[];
}>;

const nodesOf = (command: Command, path = ''): Node[] => {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [
    ...subcommands.map((child) => ({ text: child.name(), description: child.description(), takesValue: false })),
    ...choices.map((text) => ({ text, description: '', takesValue: false })),
    ...options.map(({ long, description, required }) => ({ text: String(long), description, takesValue: required })),
  ];
  const values = options.flatMap(({ long, argChoices }) =>
    argChoices === undefined ? [] : [{ option: String(long), choices: argChoices }],
  );
  return [{ path, words, values }, ...subcommands.flatMap((child) => nodesOf(child, `${path} ${child.name()}`))];
};

const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`;

const pathsOf = (nodes: readonly Node[], separator: string): string =>
  nodes
    .slice(1)
    .map(({ path }) => quoted(path))
    .join(separator);

/** Shell code of bash and zsh that finds the words that may follow the typed ones. */
const findChoices = (nodes: readonly Node[], typed: string): string => `  local at='' word previous='' choices=''
  for word in ${typed}; do
    case "$at $word" in
      ${pathsOf(nodes, '|')}) at="$at $word" ;;
    esac
    previous="$word"
  done
  case "$at" in
${nodes.map(({ path, words }) => `    ${quoted(path)}) choices='${words.map(({ text }) => text).join(' ')}' ;;`).join('\n')}
  esac
  case "$at $previous" in
${nodes
  .flatMap(({ path, values }) =>
    values.map(({ option, choices }) => `    ${quoted(`${path} ${option}`)}) choices='${choices.join(' ')}' ;;`),
  )
  .join('\n')}
  esac`;

const fishLine = ({ path, values }: Node, { text, description, takesValue }: Node['words'][number]): string => {
  const choices = values.find(({ option }) => option === text)?.choices;
  const about = description === '' ? '' : ` -d ${quoted(description)}`;
  const begin = `complete -c guildhall -n "__guildhall_at '${path}'"`;
  if (!text.startsWith('--')) return `${begin} -f -a ${text}${about}`;
  const value = choices === undefined ? takesValue && ' -r' : ` -x -a '${choices.join(' ')}'`;
  return `${begin} -l ${text.slice(2)}${value || ''}${about}`;
};

const SCRIPTS: Readonly<Record<Shell, (nodes: readonly Node[]) => string>> = {
  bash: (nodes) => `_guildhall() {
${findChoices(nodes, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`)}
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _guildhall guildhall
`,
  zsh: (nodes) => `#compdef guildhall
_guildhall() {
${findChoices(nodes, `"\${(@)words[2,CURRENT-1]}"`)}
  compadd -- \${=choices} || _files
}
if [ "$funcstack[1]" = _guildhall ]; then _guildhall "$@"; else compdef _guildhall guildhall; fi
`,
  fish: (nodes) => `function __guildhall_at
  set -l at ''
  set -l words (commandline -opc)
  set -e words[1]
  for word in $words
    switch "$at $word"
      case ${pathsOf(nodes, ' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${nodes.flatMap((node) => node.words.map((word) => fishLine(node, word))).join('\n')}
`,
};
