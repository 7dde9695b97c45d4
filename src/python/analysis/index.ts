/** Static analysis of Python source. */
export { createPythonAnalyzer, type PythonAnalyzer } from './analyze.ts'
export type {
  AttributeRead,
  AttributeWrite,
  Binding,
  CallUse,
  ExpressionKind,
  KeyRead,
  PythonArgument,
  PythonCall,
  PythonClass,
  PythonExpression,
  PythonFunction,
  PythonImport,
  PythonModule,
  PythonParameter,
  PythonReturn,
  PythonStatement,
  Span,
  SyntaxProblem,
  UnboundName,
  UndefinedName,
} from './facts.ts'
