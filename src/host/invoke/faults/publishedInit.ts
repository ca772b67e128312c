/**
 * How long AWS's own environments take to initialise a function that does nothing: what maxday/lambda-perf published of
 * daily cold starts, 24 July to 22 August 2026, zip packages, 128 to 1,024 MB (memory makes no difference in it), about
 * 1,150 starts for each runtime and architecture (docs/faults.md).
 */

/** Parts of all starts that took no longer than the figure below each. */
const PARTS = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1] as const;

type Figures = readonly number[];

/** Milliseconds, x86_64 and arm64. */
const published: Readonly<Record<string, readonly [x86: Figures, arm: Figures]>> = {
  'nodejs24.x': [
    [100, 116, 128, 134, 142, 152, 186, 546],
    [70, 96, 104, 122, 127, 131, 154, 290],
  ],
  'nodejs22.x': [
    [101, 126, 135, 141, 148, 159, 193, 220],
    [72, 102, 111, 129, 133, 137, 155, 241],
  ],
  'nodejs20.x': [
    [104, 124, 136, 141, 149, 159, 189, 269],
    [78, 105, 111, 131, 135, 140, 158, 224],
  ],
  'python3.14': [
    [79, 98, 102, 107, 117, 136, 242, 273],
    [56, 80, 89, 101, 106, 112, 145, 383],
  ],
  'python3.13': [
    [62, 78, 81, 84, 89, 99, 125, 168],
    [43, 63, 67, 80, 83, 87, 108, 166],
  ],
  'python3.12': [
    [63, 75, 81, 84, 90, 99, 126, 169],
    [43, 64, 69, 81, 84, 87, 106, 166],
  ],
  'python3.11': [
    [58, 71, 75, 78, 83, 91, 113, 133],
    [40, 58, 63, 74, 76, 79, 109, 198],
  ],
  'python3.10': [
    [57, 70, 74, 77, 81, 90, 111, 162],
    [41, 58, 67, 74, 77, 83, 124, 328],
  ],
  'python3.9': [
    [57, 71, 73, 76, 81, 90, 114, 173],
    [39, 58, 69, 74, 78, 93, 186, 216],
  ],
  java25: [
    [143, 173, 181, 190, 209, 292, 472, 535],
    [95, 145, 172, 198, 210, 230, 442, 555],
  ],
  java21: [
    [175, 223, 231, 238, 250, 270, 605, 746],
    [134, 188, 201, 249, 259, 268, 564, 666],
  ],
  java17: [
    [159, 191, 199, 205, 213, 228, 533, 720],
    [116, 163, 177, 218, 225, 233, 504, 646],
  ],
  java11: [
    [211, 263, 270, 278, 292, 362, 578, 773],
    [163, 218, 274, 285, 376, 537, 570, 619],
  ],
  'java8.al2': [
    [172, 228, 235, 246, 267, 300, 530, 608],
    [126, 195, 243, 269, 451, 496, 520, 785],
  ],
  dotnet10: [
    [176, 229, 238, 250, 289, 535, 683, 850],
    [138, 197, 236, 249, 271, 563, 707, 754],
  ],
  dotnet8: [
    [189, 229, 240, 252, 275, 330, 632, 759],
    [146, 234, 268, 299, 328, 598, 710, 800],
  ],
  'ruby3.4': [
    [145, 194, 206, 227, 280, 387, 473, 652],
    [109, 180, 211, 238, 293, 400, 451, 485],
  ],
  'ruby3.3': [
    [143, 205, 219, 238, 293, 390, 471, 690],
    [113, 183, 219, 244, 265, 380, 451, 527],
  ],
  'ruby3.2': [
    [137, 202, 215, 233, 288, 374, 441, 482],
    [141, 196, 237, 282, 378, 411, 468, 554],
  ],
  // Of programs in Go.
  'provided.al2023': [
    [40, 46, 49, 50, 51, 53, 64, 126],
    [29, 36, 38, 43, 44, 44, 48, 62],
  ],
  'provided.al2': [
    [40, 48, 49, 50, 51, 53, 64, 84],
    [28, 36, 37, 42, 43, 44, 48, 225],
  ],
};

/** Those of which nothing is published have the figures of the nearest one. */
const nearest: Readonly<Record<string, string>> = {
  'nodejs18.x': 'nodejs20.x',
  'nodejs16.x': 'nodejs20.x',
  'python3.8': 'python3.9',
  'java17.al2023': 'java17',
  'java11.al2023': 'java11',
  'java8.al2023': 'java8.al2',
  dotnet6: 'dotnet8',
  'ruby4.0': 'ruby3.4',
  provided: 'provided.al2',
  'go1.x': 'provided.al2',
};

/** Runtimes whose own figures these are. */
export const publishedRuntimes = (): readonly string[] => Object.keys(published);

/**
 * Milliseconds that an init takes on AWS.
 * @param runtime identifier; absent for images, which have the figures of `provided.al2023`
 * @param drawn from 0 up to 1: the part of all starts that are no slower
 */
export function publishedInit(
  runtime: string | undefined,
  architecture: 'x86_64' | 'arm64',
  drawn: number,
): number {
  const known = runtime === undefined ? undefined : published[nearest[runtime] ?? runtime];
  const [x86, arm] = known ?? published['provided.al2023'] ?? [[], []];
  const figures = architecture === 'arm64' ? arm : x86;
  const above = Math.max(
    1,
    PARTS.findIndex(part => part > drawn),
  );
  const [from = 0, to = 1] = [PARTS[above - 1], PARTS[above]];
  const [low = 0, high = 0] = [figures[above - 1], figures[above]];
  return low + ((high - low) * (drawn - from)) / (to - from);
}
