/** Rows that are not replayed, each with its reason. */
export interface LeftOut {
  readonly rows: string;
  readonly reason: string;
}

export const LEFT_OUT: readonly LeftOut[] = [
  { rows: '58 71', reason: 'There is no EC2 here, so nothing can be missing in it.' },
  { rows: '187', reason: 'Replaced by row 188: AWS answers otherwise since.' },
  { rows: '338 343', reason: 'No error was recorded.' },
  { rows: 'C1', reason: 'There is no IAM here: every role can be assumed.' },
  { rows: 'C35 C36 C37', reason: 'The payload of an answer, no error of the API: test/host/environments.' },
  { rows: 'C38 C39 C40', reason: 'An attribute of a dead letter, no error of the API.' },
  { rows: 'C43 C45', reason: 'The text was not recorded.' },
  {
    rows: '1 2 3 4 117 162 163 164 165 166 168 169 170 248 249 250 251 C8 C13',
    reason: 'Not built yet: layers.',
  },
  { rows: '11 252', reason: 'Replaced by row 10: AWS answers otherwise since.' },
  {
    rows: '30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 98 124 282 283 C14 C15 C16 C17 C18 C21 C22 C24 C25 C26',
    reason: 'Not built yet: event source mappings.',
  },
  { rows: '57 74 286', reason: 'Not built yet: code from S3.' },
  {
    rows: '87 88 89 90 91 109 110 111 112 149 150 151 152 153 154 155 156 157 196 304 305 306 307 308',
    reason: 'Not built yet: function URLs.',
  },
  { rows: '97 106 123 132 133 134 198 213 214 215 280 281', reason: 'Not built yet: code signing.' },
  {
    rows: '107 108 142 143 144 145 146 147 148 195 222 223 224 225 226 227 228 229 230 231 232 233 301 302 303',
    reason: 'Not built yet: event-invoke configuration.',
  },
  {
    rows: '118 119 120 121 175 176 177 178 179 180 181 182 201 236 237 238 239 240 241 242 243 244 245 246',
    reason: 'Not built yet: provisioned concurrency.',
  },
  { rows: '135 136 216 217 218 219 220 221 C27', reason: 'Not built yet: concurrency.' },
  { rows: '189 190 191 192 193 C29', reason: 'Not built yet: concurrency while invoking.' },
  {
    rows: '202 203 204 205 206 257 258 259 260 261 262 263 264 265 266 267 268 273 274 275 276',
    reason: 'Not built yet: tags.',
  },
  { rows: 'C9', reason: 'Not built yet: SnapStart.' },
  { rows: 'C30 C31 C32 C33 C34', reason: 'Not built yet: serving function URLs.' },
  { rows: 'C41', reason: 'Not built yet: capacity providers.' },
];

/** Row → reason. */
export const reasons: ReadonlyMap<string, string> = new Map(
  LEFT_OUT.flatMap(({ rows, reason }) => rows.split(' ').map(row => [row, reason] as const)),
);
