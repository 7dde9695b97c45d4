/** The options, help and examples of `baton rewards`. */
import { type Command, Option } from 'commander'

const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

export function addRewardsCommands(program: Command): void {
  const rewards = program.command('rewards').description('what rewards are made of, and what they pay')
  rewards
    .command('audit')
    .description('what the configured rewards pay in typical situations; refuses those that pay for no answer')
    .option('-c, --config <file>', 'configuration file (YAML)')
    .addOption(
      new Option('-s, --set <key=value>', 'set one key; may be repeated').argParser(collect).default([], 'none'),
    )
    .option('--json', 'print the same for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton rewards audit
  npx baton rewards audit --set rewards.preset=plan-b
  npx baton rewards audit --set rewards.module=docs/examples/my-reward.ts --json

Training does this before its first step. Exit code 2: the rewards are refused.`,
    )
    .action(async (options) => (await import('./audit-command.ts')).rewardsAuditCommand(options))
}
