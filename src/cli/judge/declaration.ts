/** The options, help and examples of `baton judge`. */
import { type Command, Option } from 'commander'

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

export function addJudgeCommands(program: Command): void {
  const judge = program.command('judge').description('measure the judge: on labelled answers, and under attack')
  configured(
    judge
      .command('calibrate')
      .description('measure judge and scorers on pairs whose truth is known: error rates, kappa, agreement with itself')
      .option('-f, --file <file>', 'JSONL with question, reference, prediction, label (default: the 455 shipped pairs)')
      .option('--scorers', 'only the exact scorers, also where a judge server is configured')
      .option('--probes <count>', 'pairs asked again for each of: another seed, other order, long answer', '60')
      .option('-o, --out <file>', 'write the result here, for judge.calibration')
      .option('--force', 'write over an existing file')
      .option('--json', 'print the same for programs'),
  )
    .addHelpText(
      'after',
      `
Examples:
  npx baton judge calibrate
  npx baton judge calibrate --set llm.judge.baseUrl=http://localhost:8002/v1 --set llm.judge.model=gpt-oss-120b --out judge.json
  npx baton judge calibrate --file labelled.jsonl --scorers --json

Without a judge server the scorers are measured.`,
    )
    .action(async (options) => (await import('./calibrate-command.ts')).judgeCalibrateCommand(options))
  configured(
    judge
      .command('attack')
      .description('answers that are no answers, tried on the judge: what each reward pays for them')
      .option('--json', 'print the same for programs'),
  )
    .addHelpText(
      'after',
      `
Examples:
  npx baton judge attack
  npx baton judge attack --set llm.judge.baseUrl=http://localhost:8002/v1 --set llm.judge.model=gpt-oss-120b --json`,
    )
    .action(async (options) => (await import('./attack-command.ts')).judgeAttackCommand(options))
}

function configured(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file (YAML)')
    .addOption(
      new Option('-s, --set <key=value>', 'set one key; may be repeated').argParser(collect).default([], 'none'),
    )
}
