using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>What a question is like in bytes, and what it costs to judge what is no answer.</summary>
public sealed class SentQueryTests
{
    private static readonly DnsQuestion Question = new(DomainName.Parse("www.example."), DnsType.A);
    private static readonly QueryNumbers Numbers = new(new SeededNumbers(1));

    [Fact]
    public void A_flood_of_what_is_no_answer_allocates_nothing()
    {
        SentQuery query = Encode(7);
        byte[][] forged = [.. ((ushort[])[8, 7, 7]).Select((id, i) => new DnsMessage(new DnsHeader(id, 0) { IsResponse = true }, [i < 2 ? Question with { Type = DnsType.AAAA } : Question with { Name = DomainName.Parse("www.example.org.") }]).Encode()), [1, 2, 3]];
        AnswerVerdict[] expected = [AnswerVerdict.WrongId, AnswerVerdict.WrongQuestion, AnswerVerdict.WrongQuestion, AnswerVerdict.Malformed];
        Assert.Equal(expected, forged.Select(message => query.Judge(message, default, out _)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            query.Judge(forged[i % forged.Length], default, out _);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }

    [Fact]
    public void Whatever_bytes_come_nothing_is_thrown()
    {
        SentQuery query = Encode(7);
        byte[] answer = new DnsMessage(new DnsHeader(7, 0) { IsResponse = true }, [Question], [ResourceRecord.Parse("www.example. 60 IN A 192.0.2.1")]).Encode();
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bent = answer[..random.Next(answer.Length + 1)];
            for (int change = random.Next(4); change > 0 && bent.Length > 2; change--)
            {
                bent[random.Next(2, bent.Length)] = (byte)random.Next(256);
            }

            AnswerVerdict verdict = query.Judge(bent, default, out DnsMessage? taken);
            Assert.Equal(verdict == AnswerVerdict.Answer, taken is not null);
        }
    }

    private static SentQuery Encode(ushort id) => SentQuery.Encode(id, Question, new QueryForm(DnsQueryOptions.Default, HasEdns: true, MixesCase: false, WantsKeepalive: false, IsPrivate: false, null, null), Numbers, default);
}
