/** How a layer of AWS's or of another account gets here, in words for whoever names one that is not. */
export const howToImport = (arn: string): string =>
  `Get its zip where it is ("aws lambda get-layer-version-by-arn --arn ${arn}" names the link) and import it: lamplight layers import ${arn} FILE.zip`;

/** Of a function that has it nevertheless. */
export const missingLayerText = (arn: string): string =>
  `The layer ${arn} is not here: the function runs without it. ${howToImport(arn)}`;
