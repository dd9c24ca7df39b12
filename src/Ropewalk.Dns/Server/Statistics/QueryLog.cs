using System.Text;
using Microsoft.Extensions.Logging;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Tells of single queries, so many a second at most.</summary>
/// <remarks>
/// A name is told as a master file has it: printable ASCII, every other byte as <c>\DDD</c>, so that no name makes lines of its own or speaks to a terminal. <b>Call</b>: from any thread; it waits for nothing but
/// the logger, and allocates only where a line is told.
/// </remarks>
internal sealed class QueryLog
{
    public const string Category = "Ropewalk.Dns.Queries";

    private static readonly (ushort Bit, string Name)[] FlagNames = [(0x8000, "qr"), (0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0080, "ra"), (0x0020, "ad"), (0x0010, "cd")];

    private readonly ILogger _log;
    private readonly int _linesPerSecond;
    // The second, and behind it in 32 bits how many lines it has had.
    private long _used;
    private long _leftOut;

    /// <summary>Makes a log.</summary>
    /// <param name="log">Takes the lines.</param>
    /// <param name="linesPerSecond">How many there are in a second at most.</param>
    public QueryLog(ILogger log, int linesPerSecond)
    {
        _log = log;
        _linesPerSecond = linesPerSecond;
    }

    /// <summary>Gets how many lines the bound has cost.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Tells of a query, if there is still room in the second.</summary>
    /// <param name="message">The query.</param>
    /// <param name="origin">Where it came from, and when.</param>
    /// <param name="response">The answer; empty if there is none.</param>
    /// <param name="ticks">How long it took.</param>
    public void Write(ReadOnlySpan<byte> message, in MessageOrigin origin, ReadOnlySpan<byte> response, long ticks)
    {
        if (!_log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        if (!TryTake(origin.Now))
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        QueryMessage.Decode(message, out QueryMessage query);
        bool isRead = DomainName.Decode(query.Name, out DomainName? name) == DnsViolation.None;
        bool isAnswered = response.Length >= DnsLimits.HeaderBytes;
        DnsHeader header = query.Header;
        if (isAnswered)
        {
            _ = DnsHeader.Decode(response, out header);
        }

        DnsServerLog.QueryTold(
            _log,
            origin.Peer.ToString(),
            origin.Transport switch { DnsTransport.Udp => "udp", DnsTransport.Tcp => "tcp", _ => "tls" },
            isRead ? name!.ToString() : "-",
            isRead ? query.Type.Mnemonic() : "-",
            isRead ? query.Class.Mnemonic() : "-",
            FlagsOf(header, query),
            isAnswered ? QueryTally.ReadCode(response).Mnemonic() : "-",
            response.Length,
            ticks / (double)TimeSpan.TicksPerMicrosecond);
    }

    private bool TryTake(DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds() << 32;
        while (true)
        {
            long used = Volatile.Read(ref _used);
            // Late ones of another worker count for the second that has begun; a clock that was set back begins a new one.
            long next = used >> 32 == second >> 32 || (used >> 32) - (second >> 32) == 1 ? used + 1 : second + 1;
            if ((uint)next > (uint)_linesPerSecond)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _used, next, used) == used)
            {
                return true;
            }
        }
    }

    // As dig shows them; those of the answer, if there is one. Behind them what EDNS has of the query: do.
    private static string FlagsOf(in DnsHeader header, in QueryMessage query)
    {
        var flags = new StringBuilder();
        foreach ((ushort bit, string name) in FlagNames)
        {
            if ((header.Bits & bit) != 0)
            {
                flags.Append(flags.Length > 0 ? " " : "").Append(name);
            }
        }

        return flags.Append(query.DnssecOk ? flags.Length > 0 ? " do" : "do" : "").ToString();
    }
}
