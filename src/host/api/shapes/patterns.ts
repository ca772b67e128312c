/** The model's patterns, printed in messages exactly like this (error-messages.md, constants). */
const PREFIX = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?`;

/** «RX_FN» */
export const FUNCTION_NAME = String.raw`${PREFIX}([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`;
/** «RX_FN_NS» */
export const NAMESPACED_FUNCTION_NAME = String.raw`${PREFIX}([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
/** «RX_QUAL» */
export const QUALIFIER = String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`;
/** «RX_LAYERVER» */
export const LAYER_VERSION_ARN = String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)`;
export const ROLE_ARN = String.raw`arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`;
export const HANDLER = String.raw`[^\s]+`;
/** KMS keys and dead-letter targets; empty clears. */
export const RESOURCE_ARN_OR_EMPTY = String.raw`(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()`;
export const ENVIRONMENT_KEY = '[a-zA-Z]([a-zA-Z0-9_])+';
export const LOG_GROUP = String.raw`[\.\-_/#A-Za-z0-9]+`;
export const S3_BUCKET = String.raw`[0-9A-Za-z\.\-_]*(?<!\.)`;
export const FILE_SYSTEM_ARN = String.raw`arn:aws[a-zA-Z-]*:elasticfilesystem:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1}:\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}`;
export const LOCAL_MOUNT_PATH = '/mnt/[a-zA-Z0-9-_.]+';
export const SUBNET_ID = 'subnet-[0-9a-z]*';
export const SECURITY_GROUP_ID = 'sg-[0-9a-zA-Z]*';
export const CODE_SIGNING_CONFIG_ARN = String.raw`arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:code-signing-config:csc-[a-z0-9]{17}`;
export const TENANT_ID = String.raw`[a-zA-Z0-9\._:\/=+\-@ ]+`;
export const MASTER_REGION = String.raw`ALL|(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}`;
