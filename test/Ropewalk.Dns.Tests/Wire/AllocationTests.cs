using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Tests.Wire;

public sealed class AllocationTests
{
    [Fact]
    public void Reading_a_query_and_writing_an_answer_of_five_records_allocates_nothing()
    {
        byte[] query = Query(), answer = new byte[1232];
        byte[][] rdatas = [.. Enumerable.Range(1, 5).Select(i => new MxRecord((ushort)i, DomainName.Parse($"mail{i}.example.org")).Encode())];
        NameHash hash = new(1, 2);
        for (int i = 0; i < 1000; i++)
        {
            Answer(query, answer, rdatas, hash);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        int length = 0;
        for (int i = 0; i < 100_000; i++)
        {
            length = Answer(query, answer, rdatas, hash);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(DnsViolation.None, WireFuzz.ReadAll(answer.AsSpan(0, length)));
    }

    internal static byte[] Query()
    {
        byte[] query = new byte[100];
        DnsMessageWriter writer = new(query);
        writer.TryWriteQuestion(DomainName.Parse("www.Example.org").Wire, DnsType.MX, DnsClass.IN);
        writer.TryBeginOpt(1232, dnssecOk: true);
        writer.TryWriteOption(EdnsOptionCode.Cookie, new byte[8]);
        writer.EndOpt();
        return query[..writer.Finish(new DnsHeader(1, 0) { RecursionDesired = true })];
    }

    internal static int Answer(ReadOnlySpan<byte> query, Span<byte> answer, byte[][] rdatas, NameHash hash)
    {
        DnsMessageReader.Begin(query, out DnsMessageReader reader);
        reader.TryReadQuestion(out DnsQuestionView question, out _);
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        question.CopyName(name, out int nameBytes);
        EdnsView edns = default;
        while (reader.TryReadRecord(out DnsRecordView record, out _))
        {
            if (record.Type == DnsType.OPT)
            {
                EdnsView.Decode(record, out edns);
            }
        }

        if (hash.Of(name[..nameBytes]) == 0)
        {
            return 0;
        }

        DnsMessageWriter writer = new(answer, edns.DatagramBytes);
        writer.TryReserve(EdnsView.OptBytes);
        writer.TryWriteQuestion(name[..nameBytes], question.Type, question.Class);
        writer.GoTo(DnsSection.Answer);
        foreach (byte[] rdata in rdatas)
        {
            writer.TryWriteRecordAt(DnsLimits.HeaderBytes, DnsType.MX, DnsClass.IN, 300, rdata);
        }

        writer.TryBeginOpt(1232, dnssecOk: edns.DnssecOk);
        writer.EndOpt();
        return writer.Finish(reader.Header.ToResponse(DnsResponseCode.NoError));
    }
}
