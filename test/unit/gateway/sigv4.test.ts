/**
 * AWS's own examples, so that the gate does not only agree with our own client.
 * Sources: the SigV4 test suite (key AKIDEXAMPLE) and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and …/sigv4-query-string-auth.html
 */
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import {
  EMPTY_PAYLOAD_HASH,
  sha256Hex,
  signature,
  signingKey,
  type CanonicalRequest,
} from '../../../src/protocol/sigv4.ts';

describe('signatures', () => {
  describe('of AWS’s test suite', () => {
    const scope = { date: '20150830', region: 'us-east-1', service: 'service' };
    const key = signingKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', scope);
    const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
    const get = (url: string, change: Partial<CanonicalRequest> = {}): string =>
      signature(
        key,
        {
          method: 'GET',
          url,
          headers,
          signedHeaders: ['host', 'x-amz-date'],
          payloadHash: EMPTY_PAYLOAD_HASH,
          ...change,
        },
        scope,
        '20150830T123600Z',
      );
    const VANILLA = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';

    it('get-vanilla, with the key as bytes and as an object', () => {
      assert.equal(get('/'), VANILLA);
      assert.equal(
        signature(
          createSecretKey(key),
          {
            method: 'GET',
            url: '/',
            headers,
            signedHeaders: ['host', 'x-amz-date'],
            payloadHash: EMPTY_PAYLOAD_HASH,
          },
          scope,
          '20150830T123600Z',
        ),
        VANILLA,
      );
    });

    it('normalise-path: empty and dot segments do not count', () => {
      for (const path of ['/example/..', '/example1/example2/../..', '//', '/./', '/example/../'])
        assert.equal(get(path), VANILLA, path);
    });

    it('get-vanilla-query-order-key-case', () => {
      assert.equal(
        get('/?Param2=value2&Param1=value1'),
        'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
      );
    });

    it('hashes bodies', () => {
      assert.equal(sha256Hex(''), EMPTY_PAYLOAD_HASH);
      assert.equal(sha256Hex(Buffer.from('abc')), sha256Hex('abc'));
      assert.match(sha256Hex('abc'), /^ba7816bf8f01cfea/);
    });
  });

  describe('of S3’s documentation', () => {
    const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
    const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope);
    const host = 'examplebucket.s3.amazonaws.com';
    const date = '20130524T000000Z';

    it('a key that is percent-encoded once', () => {
      const payloadHash = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';
      const headers = {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        host,
        'x-amz-content-sha256': payloadHash,
        'x-amz-date': date,
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      };
      assert.equal(
        signature(
          key,
          {
            method: 'PUT',
            url: '/test%24file.text',
            headers,
            signedHeaders: Object.keys(headers),
            payloadHash,
          },
          scope,
          date,
        ),
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      );
    });

    it('a link', () => {
      assert.equal(
        signature(
          key,
          {
            method: 'GET',
            url: '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host',
            headers: { host },
            signedHeaders: ['host'],
            payloadHash: 'UNSIGNED-PAYLOAD',
          },
          scope,
          date,
        ),
        'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      );
    });
  });
});
