#!/bin/sh
# Entry point laid out like that of AWS's base images: one argument, the handler; the runtime interface client is
# started directly because AWS_LAMBDA_RUNTIME_API names a Runtime API.
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
export _HANDLER="$1"
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  echo "AWS_LAMBDA_RUNTIME_API is not set, and this image brings no Runtime Interface Emulator" 1>&2
  exit 142
fi
exec /var/runtime/bootstrap
