import assert from 'node:assert/strict';
import { isFilterPattern } from '../../../src/host/functions/filterPattern.ts';

describe('a filter pattern', () => {
  for (const pattern of [
    '{"a":["x"]}',
    '{"a":{"b":{"c":[1,null,true,""]}},"d":["y"]}',
    '{"a":[{"prefix":"x"},{"suffix":"y"},{"equals-ignore-case":"Z"},{"exists":false}]}',
    '{"a":[{"anything-but":["x",1]},{"anything-but":"x"},{"anything-but":2}]}',
    '{"a":[{"numeric":[">",0,"<=",5]},{"numeric":["=",3.5]}]}',
    '{"$or":[{"a":["x"]},{"b":{"c":["y"]}}],"d":["z"]}',
  ])
    it(`is ${pattern}`, () => assert.equal(isFilterPattern(pattern), true));

  for (const pattern of [
    '',
    'None',
    'simple string',
    '"simple string"',
    'null',
    '[]',
    '["a"]',
    '{}',
    '[{"eventName": ["INSERT"=123}',
    '{"eventName": "single-string"}',
    '{"eventName": 1}',
    '{"eventName": []}',
    '{"eventName": {}}',
    '{"eventName": [["INSERT"]]}',
    '{"eventName": [{"eventName2": ["INSERT"]}]}',
    '{"a":[{}]}',
    '{"a":[{"prefix":1}]}',
    '{"a":[{"prefix":"x","suffix":"y"}]}',
    '{"a":[{"exists":"true"}]}',
    '{"a":[{"anything-but":[]}]}',
    '{"a":[{"numeric":[">"]}]}',
    '{"a":[{"numeric":["<",5,">",0]}]}',
    '{"a":[{"numeric":[">",5,"<",0]}]}',
    '{"a":[{"numeric":["!=",5]}]}',
    '{"a":[{"cidr":"10.0.0.0/8"}]}',
    '{"a":[{"wildcard":"*"}]}',
    '{"a":[{"toString":"x"}]}',
    '{"a":[{"hasOwnProperty":"prefix"}]}',
    '{"$or":{"a":["x"]}}',
    '{"$or":[]}',
    '{"$or":["a"]}',
  ])
    it(`is not ${pattern}`, () => assert.equal(isFilterPattern(pattern), false));
});
