using System.Buffers.Binary;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Tests.Wire.Tsig;

public sealed class TsigTransactionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static TheoryData<int> Pairs => [.. Enumerable.Range(0, TsigVectors.Pairs.Length)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_others_have_signed_is_good_and_ours_is_the_same(int pair)
    {
        (TsigAlgorithm algorithm, string question, string answer) = TsigVectors.Pairs[pair];
        TsigTransaction client = new(Key(algorithm)), server = new(Key(algorithm));
        byte[] asked = Convert.FromHexString(question), answered = Convert.FromHexString(answer);
        Assert.Equal(DnsResponseCode.NoError, Check(server, asked, Now));
        if (algorithm == TsigAlgorithm.HmacMd5)
        {
            // It is checked, never made: as the client, with the question taken for its own.
            Assert.Throws<InvalidOperationException>(() => Sign(client, asked, Now));
            Assert.Equal(DnsResponseCode.NoError, Check(server, answered, Now));
            return;
        }

        byte[] plain = WithoutTsig(asked);
        byte[] signed = Sign(client, plain, Now);
        AssertSameSignature(asked, signed);
        AssertSameSignature(answered, Sign(server, WithoutTsig(answered), Now));
        Assert.Equal(DnsResponseCode.NoError, Check(client, answered, Now));
    }

    [Fact]
    public void Every_changed_bit_makes_a_signature_bad()
    {
        byte[] asked = Convert.FromHexString(TsigVectors.Pairs[0].Question);
        int accepted = 0;
        for (int bit = 0; bit < asked.Length * 8; bit++)
        {
            byte[] changed = [.. asked];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            DnsViolation violation = TsigView.Find(changed, out TsigView tsig, out bool isThere);
            if (violation == DnsViolation.None && isThere && new TsigTransaction(Key(TsigAlgorithm.HmacSha256)).Check(tsig, Now) == DnsResponseCode.NoError)
            {
                accepted++;
            }
        }

        // The message's own number, which a forwarder may change, and the case of the key's and the algorithm's names: 16 bits, 10 and 7 letters.
        Assert.Equal(16 + 10 + 7, accepted);
    }

    [Theory]
    [InlineData(300, DnsResponseCode.NoError)]
    [InlineData(-300, DnsResponseCode.NoError)]
    [InlineData(301, DnsResponseCode.BadTime)]
    [InlineData(-301, DnsResponseCode.BadTime)]
    public void Clocks_may_differ_by_the_fudge(int seconds, DnsResponseCode expected)
    {
        TsigTransaction server = new(Key(TsigAlgorithm.HmacSha256));
        Assert.Equal(expected, Check(server, Convert.FromHexString(TsigVectors.Pairs[0].Question), Now.AddSeconds(seconds)));
    }

    /// <summary>RFC 8945 §5.2.3: the answer is signed, with the client's time, and says the server's.</summary>
    [Fact]
    public void A_wrong_time_is_answered_with_the_servers()
    {
        TsigTransaction client = new(Key(TsigAlgorithm.HmacSha256)), server = new(Key(TsigAlgorithm.HmacSha256));
        byte[] asked = Sign(client, Plain(), Now);
        DateTimeOffset late = Now.AddHours(1);
        Assert.Equal(DnsResponseCode.BadTime, Check(server, asked, late));
        byte[] answer = Sign(server, Plain(), late, DnsResponseCode.BadTime);
        TsigView.Find(answer, out TsigView tsig, out _);
        Assert.Equal((DnsResponseCode.BadTime, Now.ToUnixTimeSeconds(), 6), (tsig.Error, tsig.TimeSigned, tsig.Other.Length));
        Assert.Equal(late.ToUnixTimeSeconds(), BinaryPrimitives.ReadUInt32BigEndian(tsig.Other[2..]));
        Assert.Equal(DnsResponseCode.NoError, client.Check(tsig, Now));
    }

    /// <summary>RFC 8945 §5.3.2: where the key or the signature was not good, the answer has no signature.</summary>
    [Theory]
    [InlineData(DnsResponseCode.BadKey)]
    [InlineData(DnsResponseCode.BadSignature)]
    public void A_bad_key_or_signature_is_answered_unsigned(DnsResponseCode error)
    {
        byte[] answer = Sign(new TsigTransaction(Key(TsigAlgorithm.HmacSha256)), Plain(), Now, error);
        Assert.Equal(DnsViolation.None, TsigView.Find(answer, out TsigView tsig, out bool isThere));
        Assert.True(isThere && tsig.Mac.IsEmpty && tsig.Error == error);
        TsigTransaction client = new(Key(TsigAlgorithm.HmacSha256));
        Sign(client, Plain(), Now);
        Assert.Equal(DnsResponseCode.BadSignature, client.Check(tsig, Now));
    }

    [Fact]
    public void Another_key_is_not_this_one()
    {
        byte[] asked = Sign(new TsigTransaction(Key(TsigAlgorithm.HmacSha256)), Plain(), Now);
        Assert.Equal(DnsResponseCode.BadKey, Check(new TsigTransaction(new TsigKey(DomainName.Parse("other"), TsigAlgorithm.HmacSha256, "x"u8)), asked, Now));
        Assert.Equal(DnsResponseCode.BadKey, Check(new TsigTransaction(Key(TsigAlgorithm.HmacSha512)), asked, Now));
        Assert.Equal(DnsResponseCode.BadSignature, Check(new TsigTransaction(new TsigKey(DomainName.Parse("key.example"), TsigAlgorithm.HmacSha256, "x"u8)), asked, Now));
    }

    /// <summary>RFC 8945 §5.2.2.1.</summary>
    [Theory]
    [InlineData(32, 0, DnsResponseCode.NoError)]
    [InlineData(31, 0, DnsResponseCode.BadTruncation)]
    [InlineData(16, 0, DnsResponseCode.BadTruncation)]
    [InlineData(16, 16, DnsResponseCode.NoError)]
    [InlineData(16, 17, DnsResponseCode.BadTruncation)]
    [InlineData(15, 16, DnsResponseCode.FormatError)]
    [InlineData(0, 16, DnsResponseCode.BadSignature)]
    public void A_cut_signature_is_taken_where_the_key_says_so(int macBytes, int leastBytes, DnsResponseCode expected)
    {
        byte[] asked = Cut(Sign(new TsigTransaction(Key(TsigAlgorithm.HmacSha256)), Plain(), Now), macBytes);
        Assert.Equal(expected, Check(new TsigTransaction(Key(TsigAlgorithm.HmacSha256, leastBytes)), asked, Now));
    }

    [Fact]
    public void A_transfer_signed_by_others_is_good_and_in_order()
    {
        TsigTransaction client = new(new TsigKey(DomainName.Parse("key.example"), TsigAlgorithm.HmacSha256, "secret"u8));
        byte[][] messages = [.. TsigVectors.Transfer.Select(Convert.FromHexString)];
        AssertSameSignature(messages[0], Sign(client, WithoutTsig(messages[0]), Now));
        foreach (byte[] message in messages[1..])
        {
            Assert.Equal(DnsResponseCode.NoError, Check(client, message, Now));
        }

        TsigTransaction swapped = new(new TsigKey(DomainName.Parse("key.example"), TsigAlgorithm.HmacSha256, "secret"u8));
        Sign(swapped, WithoutTsig(messages[0]), Now);
        Assert.Equal(DnsResponseCode.NoError, Check(swapped, messages[1], Now));
        Assert.Equal(DnsResponseCode.BadSignature, Check(swapped, messages[3], Now));
    }

    /// <summary>RFC 8945 §5.3.1: what has no signature is sealed by the next one that has.</summary>
    [Fact]
    public void Unsigned_messages_of_a_transfer_are_sealed_by_the_next_signature()
    {
        foreach (bool isForged in new[] { false, true })
        {
            TsigTransaction client = new(Key(TsigAlgorithm.HmacSha256)), server = new(Key(TsigAlgorithm.HmacSha256));
            Check(server, Sign(client, Plain(), Now), Now);
            Assert.False(client.TryTakeUnsigned(Plain()));
            Assert.Equal(DnsResponseCode.NoError, Check(client, Sign(server, Plain(), Now), Now));
            for (int i = 0; i < TsigTransaction.MostUnsigned; i++)
            {
                byte[] message = Plain((byte)i);
                Assert.True(server.TryTakeUnsigned(message));
                message[^1] ^= (byte)(isForged && i == 50 ? 1 : 0);
                Assert.True(client.TryTakeUnsigned(message));
            }

            Assert.False(client.TryTakeUnsigned(Plain()));
            Assert.Equal(isForged ? DnsResponseCode.BadSignature : DnsResponseCode.NoError, Check(client, Sign(server, Plain(), Now), Now));
        }
    }

    [Fact]
    public void A_misplaced_or_malformed_TSIG_breaks_a_rule()
    {
        byte[] signed = Sign(new TsigTransaction(Key(TsigAlgorithm.HmacSha256)), Plain(), Now);
        int offset = Plain().Length;
        byte[] twice = [.. signed, .. signed[offset..]];
        twice[11] = 2;
        Assert.Equal(DnsViolation.TsigMisplaced, TsigView.Find(twice, out _, out _));
        byte[] inAnswer = [.. signed];
        (inAnswer[7], inAnswer[11]) = (1, 0);
        Assert.Equal(DnsViolation.TsigMisplaced, TsigView.Find(inAnswer, out _, out _));
        byte[] otherClass = [.. signed];
        otherClass[offset + 16] = 1;
        Assert.Equal(DnsViolation.TsigMalformed, TsigView.Find(otherClass, out _, out _));
        for (int length = offset; length < signed.Length; length++)
        {
            Assert.NotEqual(DnsViolation.None, TsigView.Find(signed.AsSpan(0, length), out _, out _));
        }
    }

    [Fact]
    public void No_room_is_said_and_the_secret_is_not()
    {
        TsigTransaction client = new(Key(TsigAlgorithm.HmacSha256));
        byte[] place = new byte[Plain().Length + client.RecordBytes - 7];
        Plain().CopyTo(place, 0);
        int length = Plain().Length;
        Assert.False(client.TrySign(place, ref length, Now));
        Assert.Equal(Plain().Length, length);
        Assert.Equal("key.example. (hmac-sha256.)", Key(TsigAlgorithm.HmacSha256).ToString());
        Assert.Throws<ArgumentException>(() => Key(TsigAlgorithm.HmacSha512, 31));
        Assert.Throws<ArgumentException>(() => new TsigKey(DomainName.Root, TsigAlgorithm.HmacSha256, default));
    }

    private static TsigKey Key(TsigAlgorithm algorithm, int leastMacBytes = 0) => new(DomainName.Parse("Key.Example"), algorithm, "secretsecretsecret"u8, leastMacBytes);

    private static byte[] Plain(byte last = 1)
    {
        byte[] message = new byte[100];
        DnsMessageWriter writer = new(message);
        writer.TryWriteQuestion(DomainName.Parse("www.example.org").Wire, DnsType.A, (DnsClass)last);
        return message[..writer.Finish(new DnsHeader(7, 0))];
    }

    private static byte[] Sign(TsigTransaction side, byte[] message, DateTimeOffset now, DnsResponseCode error = DnsResponseCode.NoError)
    {
        byte[] place = new byte[message.Length + 300];
        message.CopyTo(place, 0);
        int length = message.Length;
        Assert.True(side.TrySign(place, ref length, now, error));
        Assert.True(length - message.Length <= side.RecordBytes);
        return place[..length];
    }

    private static DnsResponseCode Check(TsigTransaction side, byte[] message, DateTimeOffset now)
    {
        Assert.Equal(DnsViolation.None, TsigView.Find(message, out TsigView tsig, out bool isThere));
        Assert.True(isThere);
        return side.Check(tsig, now);
    }

    private static byte[] WithoutTsig(byte[] message)
    {
        TsigView.Find(message, out TsigView tsig, out _);
        byte[] plain = message[..tsig.Offset];
        plain[11]--;
        return plain;
    }

    private static void AssertSameSignature(byte[] expected, byte[] actual)
    {
        TsigView.Find(expected, out TsigView one, out _);
        TsigView.Find(actual, out TsigView other, out _);
        Assert.Equal(Convert.ToHexString(one.Mac), Convert.ToHexString(other.Mac));
        Assert.Equal(expected.Length, actual.Length);
    }

    private static byte[] Cut(byte[] signed, int macBytes)
    {
        TsigView.Find(signed, out TsigView tsig, out _);
        int macAt = signed.AsSpan().IndexOf(tsig.Mac), cut = tsig.Mac.Length - macBytes;
        byte[] shorter = [.. signed[..(macAt + macBytes)], .. signed[(macAt + tsig.Mac.Length)..]];
        BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(macAt - 2), (ushort)macBytes);
        int lengthAt = tsig.Offset + DomainName.Parse("Key.Example").Wire.Length + 8;
        BinaryPrimitives.WriteUInt16BigEndian(shorter.AsSpan(lengthAt), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(shorter.AsSpan(lengthAt)) - cut));
        return shorter;
    }
}
