using Ropewalk.Dns.Server.Statistics;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Tests.Server.Statistics;

public sealed class QueryLogTests
{
    private readonly LogRecorder _log = new("Ropewalk.Dns.Queries");

    [Fact]
    public void A_line_has_all_fields()
    {
        DatagramRun run = new(new DnsStatisticsOptions { LogEvery = 1 }, _log);
        run.Send([Messages.Query(1, edns: true)]);
        Dictionary<string, object?> fields = Assert.Single(_log.Lines).Fields;
        Assert.StartsWith("192.0.2.77:", (string)fields["Client"]!, StringComparison.Ordinal);
        Assert.Equal(("udp", "www.example.org.", "A", "IN"), (fields["Transport"], fields["QueryName"], fields["QueryType"], fields["QueryClass"]));
        Assert.Equal(("NOERROR", "qr aa do"), (fields["Code"], fields["Flags"]));
        Assert.Equal(60, fields["Bytes"]);
        Assert.Equal(0.0, fields["Micros"]);
    }

    [Fact]
    public void Nothing_is_told_unless_it_is_asked_for()
    {
        DatagramRun run = new(new DnsStatisticsOptions(), _log);
        run.Send([Messages.Query(1)]);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(1, 1, 90)]
    [InlineData(10, 1, 9)]
    [InlineData(10, 30, 9)]
    [InlineData(7, 3, 12)]
    [InlineData(90, 1, 1)]
    [InlineData(91, 1, 0)]
    public void Each_of_so_many_queries_is_told(int every, int batch, int lines)
    {
        DatagramRun run = new(new DnsStatisticsOptions { LogEvery = every }, _log);
        for (int i = 0; i < 90; i += batch)
        {
            run.Time.Advance(TimeSpan.FromMilliseconds(batch));
            run.Send(Enumerable.Range(i, batch).Select(id => Messages.Query((ushort)id)));
        }

        // Of a batch one: what is asked so fast is told of no less than once a batch.
        Assert.Equal(Math.Min(lines, 90 / batch), _log.Lines.Count);
    }

    [Fact]
    public void A_flood_has_no_more_lines_than_a_second_may_have()
    {
        DatagramRun run = new(new DnsStatisticsOptions { LogEvery = 1, LogLinesPerSecond = 20 }, _log);
        run.Time.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(run.Time.GetUtcNow().Ticks % TimeSpan.TicksPerSecond));
        for (int i = 0; i < 3000; i++)
        {
            run.Send([Messages.Query(1)]);
            run.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(3 * 20, _log.Lines.Count);
        Assert.Equal(3000 - 60, run.Statistics.Log!.LeftOut);
    }

    [Fact]
    public void A_hostile_name_is_told_as_text()
    {
        DatagramRun run = new(new DnsStatisticsOptions { LogEvery = 1 }, _log);
        run.Send([Named([.. "<script>\r\n"u8, 0x1b, (byte)'"', 0xff, 0, (byte)'\\'])]);
        (string message, Dictionary<string, object?> fields) = Assert.Single(_log.Lines);
        Assert.Equal("""<script>\013\010\027\"\255\000\\.""", fields["QueryName"]);
        Assert.All(message, letter => Assert.False(char.IsControl(letter)));
    }

    [Fact]
    public void What_is_no_query_is_told_without_a_name()
    {
        DatagramRun run = new(new DnsStatisticsOptions { LogEvery = 1 }, _log);
        run.Send([[1, 2, 3]]);
        run.Send([[.. Messages.Query(1)[..14]]]);
        Assert.All(_log.Lines, line => Assert.Equal(("-", "-"), (line.Fields["QueryName"], line.Fields["QueryType"])));
        Assert.Equal(["-", "FORMERR"], _log.Lines.Select(line => line.Fields["Code"]));
    }

    private static byte[] Named(byte[] label)
    {
        byte[] message = new byte[100];
        DnsMessageWriter writer = new(message);
        Assert.True(writer.TryWriteQuestion([(byte)label.Length, .. label, 0], DnsType.A, DnsClass.IN));
        return message[..writer.Finish(new DnsHeader(1, 0))];
    }
}
