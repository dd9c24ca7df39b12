using System.Buffers.Binary;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Wire.Tsig;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Dns.Tests.Session;

/// <summary>What a request's signature is worth, by the steps of RFC 8945 §5.2.</summary>
public sealed class TsigGuardTests
{
    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);

    private readonly TsigGuard _guard = new(new TsigKeyRing(Key, new TsigKey(DomainName.Parse("other.example."), TsigAlgorithm.HmacSha512, "more"u8)));

    [Fact]
    public void An_unsigned_request_goes_on_and_its_answer_is_not_signed()
    {
        foreach (byte[] query in (byte[][])[Messages.Query(1), Messages.Query(1, edns: true)])
        {
            TsigCheck check = _guard.Check(query, Messages.Now);
            Assert.Equal((false, DnsResponseCode.NoError, 0), (check.IsSigned, check.ResponseCode, check.ReservedBytes));
            Assert.Null(check.Key);
            int length = query.Length;
            Assert.True(check.TrySign(query, ref length, Messages.Now));
            Assert.Equal(query.Length, length);
        }
    }

    [Theory]
    [InlineData("KEY.Example.")]
    [InlineData("key.example.")]
    public void A_good_signature_is_answered_with_one(string name)
    {
        TsigTransaction client = new(new TsigKey(DomainName.Parse(name), TsigAlgorithm.HmacSha256, "secret"u8));
        byte[] asked = Messages.Sign(client, Messages.Query(1, edns: true));
        byte[] answer = Answer(asked, DnsResponseCode.NoError, DnsResponseCode.NoError);
        Assert.Equal(Key, _guard.Check(asked, Messages.Now).Key);
        Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, answer));
    }

    [Fact]
    public void What_others_have_signed_is_good()
    {
        int good = 0;
        foreach ((TsigAlgorithm algorithm, string question, _) in TsigVectors.Pairs.Where(pair => pair.Algorithm != TsigAlgorithm.HmacMd5))
        {
            TsigGuard guard = new(new TsigKeyRing(new TsigKey(DomainName.Parse("key.example."), algorithm, "secretsecretsecret"u8)));
            good += guard.Check(Convert.FromHexString(question), Messages.Now).Key is null ? 0 : 1;
        }

        Assert.Equal(4, good);
    }

    [Fact]
    public void An_unknown_key_is_named_in_an_answer_without_a_signature()
    {
        byte[] asked = Messages.Sign(new TsigTransaction(new TsigKey(DomainName.Parse("Nobody.example."), TsigAlgorithm.HmacSha512, "x"u8)), Messages.Query(1));
        byte[] answer = Answer(asked, DnsResponseCode.NotAuthorized, DnsResponseCode.BadKey);
        Assert.Equal((DnsResponseCode.BadKey, 0, "nobody.example."), Messages.TsigOf(answer));
        Assert.Equal(DnsViolation.None, TsigView.Find(answer, out TsigView tsig, out _));
        Assert.True(TsigAlgorithms.TryFind(tsig.AlgorithmName, out TsigAlgorithm algorithm) && algorithm == TsigAlgorithm.HmacSha512);
        Assert.Equal((1, Messages.Now.ToUnixTimeSeconds()), (tsig.OriginalId, tsig.TimeSigned));
    }

    [Fact]
    public void A_key_of_another_algorithm_is_unknown()
    {
        byte[] asked = Messages.Sign(new TsigTransaction(new TsigKey(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha1, "secret"u8)), Messages.Query(1));
        Assert.Equal((DnsResponseCode.BadKey, 0, "key.example."), Messages.TsigOf(Answer(asked, DnsResponseCode.NotAuthorized, DnsResponseCode.BadKey)));
    }

    [Fact]
    public void A_bad_signature_is_answered_without_one()
    {
        byte[] asked = Messages.Sign(new TsigTransaction(Key), Messages.Query(1));
        asked[13] ^= 1;
        Assert.Equal((DnsResponseCode.BadSignature, 0, "key.example."), Messages.TsigOf(Answer(asked, DnsResponseCode.NotAuthorized, DnsResponseCode.BadSignature)));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(-301)]
    public void A_signature_of_another_time_is_answered_with_one_and_our_time(int seconds)
    {
        TsigTransaction client = new(Key);
        DateTimeOffset then = Messages.Now.AddSeconds(seconds);
        byte[] answer = Answer(Messages.Sign(client, Messages.Query(1), then), DnsResponseCode.NotAuthorized, DnsResponseCode.BadTime);
        Assert.Equal((DnsResponseCode.BadTime, 32, "key.example."), Messages.TsigOf(answer));
        TsigView.Find(answer, out TsigView tsig, out _);
        Assert.Equal(then.ToUnixTimeSeconds(), tsig.TimeSigned);
        Assert.Equal((uint)Messages.Now.ToUnixTimeSeconds(), BinaryPrimitives.ReadUInt32BigEndian(tsig.Other[2..]));
        Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, answer, then));
    }

    [Theory]
    [InlineData(31, DnsResponseCode.BadTruncation)]
    [InlineData(16, DnsResponseCode.BadTruncation)]
    [InlineData(15, null)]
    [InlineData(1, null)]
    [InlineData(0, DnsResponseCode.BadSignature)]
    public void A_cut_signature_is_too_short_or_malformed(int macBytes, DnsResponseCode? error)
    {
        byte[] asked = Cut(Messages.Sign(new TsigTransaction(Key), Messages.Query(1)), macBytes);
        if (error is null)
        {
            Assert.Null(Messages.TsigOf(Answer(asked, DnsResponseCode.FormatError, DnsResponseCode.NoError)));
            return;
        }

        byte[] answer = Answer(asked, DnsResponseCode.NotAuthorized, error.Value);
        Assert.Equal((error.Value, error == DnsResponseCode.BadTruncation ? 32 : 0, "key.example."), Messages.TsigOf(answer));
    }

    [Fact]
    public void A_record_behind_the_signature_or_two_of_them_are_malformed()
    {
        byte[] signed = Messages.Sign(new TsigTransaction(Key), Messages.Query(1));
        byte[] record = signed[Messages.Query(1).Length..];
        byte[] opt = [0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0];
        foreach (byte[] behind in (byte[][])[record, opt])
        {
            byte[] two = [.. signed, .. behind];
            two[11] = 2;
            Assert.Null(Messages.TsigOf(Answer(two, DnsResponseCode.FormatError, DnsResponseCode.NoError)));
        }

        // In the answer section, and with a class that is not ANY.
        byte[] misplaced = [.. signed];
        (misplaced[7], misplaced[11]) = (1, 0);
        Assert.Equal(DnsResponseCode.NoError, _guard.Check(misplaced, Messages.Now).ResponseCode);
        misplaced = [.. signed, .. opt];
        (misplaced[7], misplaced[11]) = (1, 1);
        Assert.Equal(DnsResponseCode.FormatError, _guard.Check(misplaced, Messages.Now).ResponseCode);
        byte[] classed = [.. signed];
        classed[Messages.Query(1).Length + "key.example.".Length + 4] = 1;
        Assert.Equal(DnsResponseCode.FormatError, _guard.Check(classed, Messages.Now).ResponseCode);
    }

    [Fact]
    public void Cut_anywhere_or_changed_anywhere_it_is_never_an_exception_and_hardly_ever_good()
    {
        byte[] signed = Messages.Sign(new TsigTransaction(Key), Messages.Query(1));
        byte[] room = new byte[600];
        int good = 0;
        for (int i = 0; i < signed.Length * 256; i++)
        {
            byte[] changed = [.. signed];
            changed[i / 256] ^= (byte)i;
            TsigCheck check = _guard.Check(changed, Messages.Now);
            int length = 12;
            Assert.True(check.TrySign(room, ref length, Messages.Now));
            Assert.Equal(check.IsSigned, length > 12);
            Assert.True(check.ReservedBytes >= length - 12);
            good += check.Key is null ? 0 : 1;
            if (i < signed.Length)
            {
                _ = _guard.Check(signed.AsSpan(0, i), Messages.Now);
            }
        }

        // Unchanged once for each byte; any number of the message's two bytes of id; the case of the names' letters.
        Assert.InRange(good, signed.Length, signed.Length + 510 + 40);
    }

    [Fact]
    public void A_ring_has_each_name_once_and_no_key_that_cannot_sign()
    {
        Assert.Throws<ArgumentException>(() => new TsigKeyRing(Key, new TsigKey(DomainName.Parse("KEY.example"), TsigAlgorithm.HmacSha1, "x"u8)));
        Assert.Throws<ArgumentException>(() => new TsigKeyRing(new TsigKey(DomainName.Parse("a."), TsigAlgorithm.HmacMd5, "x"u8)));
        Assert.Equal(Key, new TsigKeyRing(Key).Find(DomainName.Parse("KEY.example")));
        Assert.Null(TsigKeyRing.Empty.Find(Key.Name));
    }

    private static byte[] Cut(byte[] signed, int macBytes)
    {
        int record = Messages.Query(1).Length;
        int rdata = record + DomainName.Parse("key.example.").Wire.Length + 10;
        int mac = rdata + DomainName.Parse("hmac-sha256.").Wire.Length + 10;
        byte[] cut = [.. signed[..(mac + macBytes)], .. signed[(mac + 32)..]];
        cut[rdata - 1] -= (byte)(32 - macBytes);
        cut[mac - 1] = (byte)macBytes;
        return cut;
    }

    private byte[] Answer(byte[] asked, DnsResponseCode code, DnsResponseCode error)
    {
        TsigCheck check = _guard.Check(asked, Messages.Now);
        Assert.Equal((code, error), (check.ResponseCode, check.Error));
        Assert.Equal(code != DnsResponseCode.NoError, check.Key is null);
        byte[] answer = new byte[12 + check.ReservedBytes];
        new DnsHeader(1, 0x8000) { ResponseCode = code }.Encode(answer);
        int length = 12;
        Assert.True(check.TrySign(answer, ref length, Messages.Now));
        return answer[..length];
    }
}
