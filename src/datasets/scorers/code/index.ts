export { definesName, pythonCode } from './python-code.ts'
