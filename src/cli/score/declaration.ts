/** The options, help and examples of `baton score`. */
import { type Command, Option } from 'commander'

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

export function addScoreCommand(program: Command): void {
  program
    .command('score')
    .description(
      'score a prediction against a reference, or a file of such pairs: true, false, or left to the judge, and why',
    )
    .option('-t, --type <type>', 'problem type: math, qa, vqa or code', 'math')
    .option('--reference <text>', 'the right answer')
    .option('--prediction <text>', 'what the model wrote, including its final answer')
    .option('--question <text>', 'the question: it may name a unit or list choices')
    .addOption(new Option('--test <source>', 'a test of code; may be repeated').argParser(collect))
    .option('--entry-point <name>', 'the function that the tests of code call')
    .option(
      '-f, --file <file>',
      'JSONL with type, reference, prediction, and where they matter question, choices, tests, entryPoint',
    )
    .option('--judge', 'let the configured judge decide what the scorers cannot')
    .option('-c, --config <file>', 'configuration file (YAML)')
    .addOption(
      new Option('-s, --set <key=value>', 'set one key; may be repeated').argParser(collect).default([], 'none'),
    )
    .option('--json', 'print one JSON object a pair, for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton score --type math --reference 8 --prediction '8 million'
  npx baton score --type qa --reference Paris --prediction 'The answer is Paris.' --json
  npx baton score --file pairs.jsonl --judge --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b`,
    )
    .action(async (options) => (await import('./score-command.ts')).scoreCommand(options))
}
