import { createJaxBackend } from './jax-backend.ts'
import { createOnnxBackend } from './onnx-backend.ts'
import { tensorBackendContract } from './tensor-backend-suite.ts'

tensorBackendContract({ name: 'onnxruntime', create: () => createOnnxBackend({ threads: 1 }) })
tensorBackendContract({ name: 'jax-js', create: () => createJaxBackend() })
