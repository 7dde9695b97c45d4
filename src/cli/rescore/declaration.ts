/** The options, help and examples of `baton rescore`. */
import { type Command, Option } from 'commander'

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

export function addRescoreCommand(program: Command): void {
  program
    .command('rescore')
    .argument('<run>', 'run folder')
    .description("score a run's recorded answers again with today's scorers, or another judge, and show what changes")
    .option('--judge', 'ask the configured judge where only a judge can say (without it recorded judgements stand)')
    .option('--unscorable', 'only rollouts that could not be scored')
    .addOption(
      new Option('-s, --set <key=value>', 'the judge: llm.judge.baseUrl, llm.judge.model, ...; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--examples <count>', 'show that many changed verdicts', '5')
    .option('--write', 'keep the new verdicts in rescored-<label>.json of the run; its own records stay as they are')
    .option('--label <name>', 'label of what is written (default: the next number)')
    .option('--json', 'print everything as JSON, for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton rescore runs/quickstart
  npx baton rescore runs/quickstart --unscorable --judge --write --label again
  npx baton rescore runs/quickstart --judge --set llm.judge.baseUrl=http://localhost:8002/v1 --set llm.judge.model=gpt-oss-120b`,
    )
    .action(async (folder, options) => (await import('./rescore-command.ts')).rescoreCommand(folder, options))
}
