import { InputError } from '../../base/inputError.ts';
import { type Command, type CommandName, longNameOf } from '../command.ts';

/**
 * `metamer completion`: a script for the shell, made of the commands' tables.
 *
 * @param loadAll - Gives every command there is.
 */
export function completionCommand(loadAll: () => Promise<readonly NamedCommand[]>): Command {
  return {
    arguments: '<shell>',
    details:
      "What it completes is called metamer: installed by npm install --global, or, in a folder of your own, made by alias metamer='npx metamer'.",
    flags: [],
    examples: [
      'source <(metamer completion bash)   # in ~/.bashrc',
      'source <(metamer completion zsh)    # in ~/.zshrc',
      'metamer completion fish > ~/.config/fish/completions/metamer.fish',
    ],
    run: async ([shell]) => {
      const script = Object.entries(scripts).find(([name]) => name === shell)?.[1];
      if (!script)
        throw new InputError(
          `the shell must be one of ${Object.keys(scripts).join(', ')}, got '${shell}'; name one`,
        );
      process.stdout.write(script(await loadAll()));
      return 0;
    },
  };
}

type NamedCommand = CommandName & Command;

const scripts = {
  bash: bashScript,
  zsh: (all: readonly NamedCommand[]) =>
    `autoload -Uz compinit bashcompinit && compinit -u && bashcompinit\n${bashScript(all)}`,
  fish: fishScript,
};

/** Commands first, then a command's flags; behind a flag its choices, else files. */
function bashScript(all: readonly NamedCommand[]): string {
  const flagsOf = all.map(
    ({ name, flags }) => `    ${name}) words='${[...flags.map(longNameOf), '--help'].join(' ')}' ;;`,
  );
  const choices = all.flatMap(({ name, flags }) =>
    flags
      .filter((flag) => flag.choices)
      .map((flag) => `    '${name} ${longNameOf(flag)}') words='${flag.choices!.join(' ')}' ;;`),
  );
  return `_metamer() {
  local words='' current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${all.map(({ name }) => name).join(' ')}' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${choices.join('\n')}
  esac
  [ -z "$words" ] && case $current in -*) case \${COMP_WORDS[1]} in
${flagsOf.join('\n')}
  esac ;; esac
  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _metamer metamer
`;
}

function fishScript(all: readonly NamedCommand[]): string {
  const lines = all.flatMap(({ name, summary, flags }) => [
    `complete -c metamer -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...flags.map((flag) => {
      const takes = flag.choices
        ? ` -x -a ${quoted(flag.choices.join(' '))}`
        : flag.flag.includes('<')
          ? ' -r'
          : '';
      return `complete -c metamer -n '__fish_seen_subcommand_from ${name}' -l ${longNameOf(flag).slice(2)}${takes} -d ${quoted(flag.help)}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
