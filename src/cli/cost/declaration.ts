/** The options, help and examples of `baton cost`. */
import type { Command } from 'commander'

export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .argument('<run>', 'run folder')
    .description("what a run's calls cost: by role, operator, step and problem; prices that are not known are named")
    .option('--problems <count>', 'list that many problems, dearest first', '10')
    .option('--json', 'print everything as JSON, for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton cost runs/quickstart
  npx baton cost runs/quickstart --problems 3
  npx baton cost runs/quickstart --json`,
    )
    .action(async (folder, options) => (await import('./cost-command.ts')).costCommand(folder, options))
}
