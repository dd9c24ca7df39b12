using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Follows aliases through an answer, and from one answer to the next question, so many and no more.</summary>
internal sealed class AliasWalk<TRecord>(DomainName name, int mostAliases)
    where TRecord : Rdata
{
    private readonly List<DomainName> _aliases = [];
    private TimeSpan _ttl = TimeSpan.MaxValue;

    /// <summary>Gets the name to ask for.</summary>
    public DomainName Name { get; private set; } = name;

    /// <summary>Takes an answer.</summary>
    /// <returns>The end of the walk, or null if <see cref="Name"/> is to be asked for.</returns>
    public DnsAnswer<TRecord>? Take(DnsMessage answer)
    {
        int before = _aliases.Count;
        while (true)
        {
            ResourceRecord[] own = [.. answer.Answers.Where(record => record.Owner == Name)];
            ResourceRecord[] wanted = [.. own.Where(record => record.Rdata is TRecord)];
            if (wanted.Length > 0)
            {
                // RFC 2181 §5.2: the lowest TTL of a set is that of all.
                _ttl = wanted.Select(record => record.Ttl).Append(_ttl).Min();
                return End(DnsOutcome.Found, [.. wanted.Select(record => (TRecord)record.Rdata)], answer);
            }

            // RFC 1034 §3.6.2: an alias leads on; RFC 1034 §5.3.3 has a resolver ask for where it leads to, if the server has not said.
            if (own.FirstOrDefault(record => record.Rdata is CnameRecord) is not { Rdata: CnameRecord alias } step)
            {
                break;
            }

            if (_aliases.Count >= mostAliases || alias.Target == Name || _aliases.Contains(alias.Target))
            {
                return End(DnsOutcome.AliasesEndless, [], answer);
            }

            _aliases.Add(Name);
            _ttl = step.Ttl < _ttl ? step.Ttl : _ttl;
            Name = alias.Target;
        }

        return answer.ResponseCode switch
        {
            // RFC 6604 §3: the result is that of the last name.
            DnsResponseCode.NameError => End(DnsOutcome.NameError, [], answer),
            DnsResponseCode.NoError when _aliases.Count == before || HasStartOfAuthority(answer) => End(DnsOutcome.NoRecords, [], answer),
            DnsResponseCode.NoError => null,
            _ => End(DnsOutcome.Failed, [], answer),
        };
    }

    // RFC 2308 §2.2: with a SOA record it says that there is nothing, without it only that this server knows nothing.
    private static bool HasStartOfAuthority(DnsMessage answer) => answer.Authorities.Any(record => record.Type == DnsType.SOA);

    private DnsAnswer<TRecord> End(DnsOutcome outcome, ValueList<TRecord> records, DnsMessage answer) =>
        new(outcome, records, Name, [.. _aliases], outcome == DnsOutcome.Found ? _ttl : TimeSpan.Zero, answer);
}
