/** Static analysis of Python source. */
export { createPythonAnalyzer, type PythonAnalyzer } from './analyze.ts'
export type {
  AttributeRead,
  AttributeWrite,
  KeyRead,
  PythonArgument,
  PythonCall,
  PythonClass,
  PythonFunction,
  PythonModule,
  PythonParameter,
  PythonReturn,
  PythonStatement,
  Span,
} from './facts.ts'
