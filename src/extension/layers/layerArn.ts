/** Names of layer versions: `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`. */
import { t } from '../localize.ts';

export interface LayerArn {
  /** Without the version. */
  readonly layerArn: string;
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  readonly version: number;
}

const VERSION_ARN =
  /^(arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([a-zA-Z0-9-_]{1,140})):([1-9]\d{0,14})$/;

/** Undefined for what names no version of a layer. */
export function parseLayerArn(arn: string): LayerArn | undefined {
  const [, layerArn, region, accountId, name, version] = VERSION_ARN.exec(arn) ?? [];
  if (layerArn === undefined || region === undefined || accountId === undefined || name === undefined)
    return undefined;
  return { layerArn, region, accountId, name, version: Number(version) };
}

/** `tools:3`, as short as people say it; what is no ARN as it is. */
export function shortLayerName(arn: string): string {
  const parsed = parseLayerArn(arn);
  return parsed === undefined ? arn : `${parsed.name}:${parsed.version}`;
}

/** What is wrong with an ARN that somebody types; nothing where it can be used. */
export function layerArnMistake(arn: string): string | undefined {
  return parseLayerArn(arn) === undefined
    ? t('The ARN of a layer version, please: arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION')
    : undefined;
}

/** Characters that Lambda takes, at most. */
const LONGEST = 140;

/** What is wrong with the name of a new layer; nothing where it can be had. */
export function layerNameMistake(name: string): string | undefined {
  if (name === '') return t('A name, please: tools, shared-code …');
  if (!/^[a-zA-Z0-9_-]+$/.test(name))
    return t('“{0}” can’t be a name: letters, digits, dashes and underscores can.', name);
  return name.length > LONGEST
    ? t('{0} characters are too many: Lambda takes {1}.', name.length, LONGEST)
    : undefined;
}
