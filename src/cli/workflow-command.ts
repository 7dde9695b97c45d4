/** `baton workflow`: its commands and their options. What they do is loaded when they are called. */
import { type Command, Option } from 'commander'

const typeOption = (): Option =>
  new Option('--type <type>', 'problem type (default: by the data set, else math)').choices(['math', 'code', 'qa'])

export function addWorkflowCommands(program: Command): void {
  const workflow = program
    .command('workflow')
    .description('run, check, draw and convert workflow programs, including those of other frameworks')

  workflow
    .command('run')
    .description('run a workflow on one problem')
    .argument('<workflow>', 'a graph.py, its folder, a workspace, a text with <graph>, or a line in the arrow language')
    .requiredOption('--problem <text>', 'the problem, @file to read it from a file, or its id with --data')
    .option('--data <file>', 'problem file in which --problem is an id')
    .addOption(typeOption())
    .option('--context <text>', 'passage that the question is about, or @file')
    .option('--entry-point <name>', 'function that a code problem asks for')
    .option('--test <python...>', 'public tests of a code problem: assert f(1) == 2')
    .option('--server <url>', 'OpenAI-compatible server, with /v1', 'simulator')
    .option('--model <name>', 'model of that server')
    .option('--api-key-env <name>', 'environment variable with its key')
    .option(
      '--system-python <path>',
      'Python for programs that need NumPy or SymPy, inside bubblewrap (docs/sandbox.md)',
    )
    .option('--root <folder...>', 'further folders whose files the program may import')
    .option('--seed <number>', 'seed of the run', '1')
    .option('--json', 'print the whole run for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton workflow run workspace/MATH/workflows/round_3 --problem "What is 6 * 7?"
  npx baton workflow run graph.py --problem synth-shopping-0246 --data data/problems/test.jsonl
  npx baton workflow run "[AnswerGenerate, Programmer] -> ScEnsemble" --problem @question.txt
  npx baton workflow run graph.py --type code --entry-point double --problem "Write a Python function double(n) that doubles n." --test "assert double(2) == 4"
  npx baton workflow run graph.py --problem "..." --server http://localhost:8002/v1 --model gpt-oss-120b

Without --server the simulator answers. It is not a language model (docs/simulator.md): problems that it does not know get a guess.
Exit codes: 0 answered, 2 wrong input or a program at fault, 3 the server failed, 130 interrupted.`,
    )
    .action(async (path, options) => (await import('./workflow-run-command.ts')).workflowRunCommand(path, options))

  workflow
    .command('check')
    .description('tell what is wrong with workflows, without running them')
    .argument('<workflows...>', 'files, folders or workspaces')
    .addOption(typeOption())
    .option('--all', 'every round of a workspace instead of the best one')
    .option('--root <folder...>', 'further folders whose files the program may import')
    .option('--json', 'print findings for programs')
    .addHelpText(
      'after',
      `
Examples:
  npx baton workflow check graph.py
  npx baton workflow check workspace/MATH --all

Exit codes: 0 nothing that would fail, 4 something that would, 2 nothing to check.`,
    )
    .action(async (paths, options) =>
      (await import('./workflow-check-command.ts')).workflowCheckCommand(paths, options),
    )

  workflow
    .command('import')
    .description('read an AFlow workspace: its rounds with scores, changes and failures, as JSON lines')
    .argument('<workspace>', 'workspace, or its workflows folder')
    .option('-o, --out <file>', 'file to write (default: a table on the terminal)')
    .option('--force', 'write over existing files')
    .addHelpText(
      'after',
      `
Examples:
  npx baton workflow import workspace/MATH
  npx baton workflow import workspace/MATH --out math-rounds.jsonl`,
    )
    .action(async (path, options) =>
      (await import('./workflow-transfer-command.ts')).workflowImportCommand(path, options),
    )

  workflow
    .command('export')
    .description(
      'write a workflow, or the best ones of a run, as an AFlow workspace, a Mermaid picture or a plain program',
    )
    .argument('<source>', 'a workflow as for "run", or a run folder')
    .addOption(new Option('--to <form>', 'what to write').choices(['aflow', 'mermaid', 'python']).default('mermaid'))
    .addOption(typeOption())
    .option('-o, --out <path>', 'folder for aflow, file for the others (default: the terminal)')
    .option('--dataset <name>', 'name of the data set in the workspace (default: MATH, HumanEval or HotpotQA)')
    .option('--label <evaluation>', 'evaluation of the run to take programs from', 'after')
    .option('--rounds <count>', 'programs of a run, the most used first', '5')
    .option('--force', 'write over existing files')
    .addHelpText(
      'after',
      `
Examples:
  npx baton workflow export graph.py
  npx baton workflow export "Plan -> [Custom, Programmer] -> ScEnsemble -> Review ? Revise : done" --to mermaid
  npx baton workflow export "AnswerGenerate * 3 -> ScEnsemble" --to python
  npx baton workflow export runs/quickstart-7f3a --to aflow --out exported --type math`,
    )
    .action(async (path, options) =>
      (await import('./workflow-transfer-command.ts')).workflowExportCommand(path, options),
    )
}
