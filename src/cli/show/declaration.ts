/** Declares `baton show`; its code is loaded when it is called. */
import type { Command } from 'commander'

export function addShowCommand(program: Command): void {
  program
    .command('show')
    .description('inspect a run: its steps, the groups of a step, one group with its rollouts side by side, failures')
    .argument('<run>', 'run folder')
    .option('--step <number>', 'the groups of a training step (without it: all steps)')
    .option('--label <evaluation>', 'the problems of an evaluation: before, best-fixed, step-20, after')
    .option('--problem <id>', 'one whole group: question, reference answer, programs, rewards, advantages')
    .option('--rollout <number>', 'with --problem: only this rollout, with its full answer')
    .option('--calls', 'with --problem: requests and replies of operators and judge')
    .option('--kind <failure>', 'rollouts with a failure: generation, execution, timeout, judge, or policy/no-class')
    .option('--type <type>', 'only problems of a type: math, code or qa')
    .option('--events', 'what happened in the run, in order, as the terminal showed it')
    .option('--since <number>', 'with --events: only what came after the event of this number')
    .option('--limit <count>', 'at most so many lines')
    .option('--json', 'print the same for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton show runs/quickstart-7f3a
  npx baton show runs/quickstart-7f3a --step 12
  npx baton show runs/quickstart-7f3a --step 12 --problem synth-shopping-0003
  npx baton show runs/quickstart-7f3a --step 12 --problem synth-shopping-0003 --rollout 0 --calls
  npx baton show runs/quickstart-7f3a --kind execution
  npx baton show runs/quickstart-7f3a --label after --type math
  npx baton show runs/quickstart-7f3a --events`,
    )
    .action(async (run, options) => (await import('../show-command.ts')).showCommand(run, options))
}
