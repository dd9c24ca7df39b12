using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Endpoints.ProxyProtocol.Wire;
using Ropewalk.Framing;

namespace Ropewalk.Tests.Endpoints.ProxyProtocol.Wire;

public sealed class ProxyHeaderFuzz
{
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("ROPEWALK_SEED"), out int seed) ? seed : 20251;

    private readonly Random _random = new(Seed);

    [Fact]
    public void EncodingAndDecodingIsTheIdentity()
    {
        for (int i = 0; i < 5_000; i++)
        {
            ProxyHeader header = NextHeader();
            byte[] bytes = ProxyHeaderDecoderTests.Encode(header, withChecksum: _random.Next(2) == 0);
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));

            DecodeStatus status = new ProxyHeaderDecoder().Decode(ref reader, out ProxyHeader? decoded);

            Assert.True(status == DecodeStatus.Frame && header.Equals(decoded) && reader.Remaining == 0, $"seed {Seed}, run {i}: {header} became {decoded}: {Convert.ToHexString(bytes)}");
        }
    }

    [Fact]
    public void NothingThrowsAndNothingIsConsumedByHalves()
    {
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = NextGarbage();
            try
            {
                var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
                var decoder = new ProxyHeaderDecoder();
                DecodeStatus status = decoder.Decode(ref reader, out ProxyHeader? header);

                Assert.Equal(status == DecodeStatus.Frame, header is not null);
                Assert.Equal(status == DecodeStatus.Violation, decoder.Broken != ProxyViolation.None);
                Assert.Equal(status == DecodeStatus.Frame, reader.Consumed > 0);

                // whoever waits for more waits for a bounded number of bytes
                Assert.True(status != DecodeStatus.NeedMore || bytes.Length < ProxyHeaderDecoder.MaxBlockBytes + 16);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {Seed}, run {i}: {Convert.ToHexString(bytes)}: {exception}");
            }
        }
    }

    private ProxyHeader NextHeader()
    {
        if (_random.Next(3) == 0)
        {
            (IPEndPoint from, IPEndPoint to) = NextPair();
            return new ProxyHeader(1, ProxyCommand.Proxy, from, to);
        }

        if (_random.Next(8) == 0)
        {
            return new ProxyHeader(2, ProxyCommand.Local, null, null);
        }

        (EndPoint source, EndPoint destination) = _random.Next(4) == 0
            ? ((EndPoint)NextUnix(), (EndPoint)NextUnix())
            : NextPair();
        return new ProxyHeader(2, ProxyCommand.Proxy, source, destination)
        {
            IsDatagram = _random.Next(4) == 0,
            Extensions = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => new ProxyTlv((ProxyTlvType)_random.Next(5, 256), NextBytes(_random.Next(300))))],
        };
    }

    private (IPEndPoint, IPEndPoint) NextPair()
    {
        int size = _random.Next(2) == 0 ? 4 : 16;
        return (Next(), Next());

        IPEndPoint Next()
        {
            byte[] bytes = NextBytes(size);
            bytes[0] |= 0x20; // neither mapped nor unspecified: those have other canonical forms
            return new IPEndPoint(new IPAddress(bytes), _random.Next(65536));
        }
    }

    private UnixDomainSocketEndPoint NextUnix() =>
        new((_random.Next(3) == 0 ? "\0" : "/") + new string('x', _random.Next(1, 100)));

    private byte[] NextGarbage()
    {
        byte[] bytes = ProxyHeaderDecoderTests.Encode(NextHeader(), withChecksum: _random.Next(4) == 0);
        int kind = _random.Next(4);
        if (kind == 0)
        {
            return NextBytes(_random.Next(1, 300));
        }

        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        }

        return kind == 1 ? bytes : kind == 2 ? bytes[.._random.Next(bytes.Length)] : [.. bytes, .. NextBytes(_random.Next(50))];
    }

    private byte[] NextBytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
