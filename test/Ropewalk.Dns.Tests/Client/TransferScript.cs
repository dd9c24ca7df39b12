using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Makes the messages of a transfer, signed or not, and as wrong as a test wants them.</summary>
internal sealed class TransferScript(AskedQuestion asked, TsigKey? key = null, DateTimeOffset now = default)
{
    private readonly List<byte[]> _messages = [];
    private readonly TsigTransaction? _tsig = key is null ? null : Begin(asked, key, now);

    public const string Soa = "example. 60 IN SOA ns.example. admin.example. 7 3600 600 86400 300";

    public IReadOnlyList<byte[]> Messages => _messages;

    public TransferScript Add(params string[] records) => AddRaw(asked.Answer(records), isSigned: true);

    public TransferScript AddUnsigned(params string[] records) => AddRaw(asked.Answer(records), isSigned: false);

    public TransferScript AddRaw(DnsMessage message, bool isSigned = true)
    {
        byte[] bytes = new byte[65535];
        byte[] encoded = message.Encode(NameCompression.SameCase);
        encoded.CopyTo(bytes, 0);
        int length = encoded.Length;
        if (isSigned && _tsig is not null)
        {
            Assert.True(_tsig.TrySign(bytes, ref length, now));
        }
        else
        {
            _tsig?.TryTakeUnsigned(bytes.AsSpan(0, length));
        }

        _messages.Add(bytes[..length]);
        return this;
    }

    private static TsigTransaction Begin(AskedQuestion asked, TsigKey key, DateTimeOffset now)
    {
        TsigTransaction tsig = new(key);
        Assert.Equal(DnsViolation.None, TsigView.Find(asked.Bytes, out TsigView view, out bool isThere));
        Assert.True(isThere);
        Assert.Equal(DnsResponseCode.NoError, tsig.Check(view, now));
        return tsig;
    }
}
