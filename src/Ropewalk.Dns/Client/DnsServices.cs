using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Is who offers a service.</summary>
/// <param name="Outcome">What became of the question.</param>
/// <param name="Targets">The servers, in the order in which they are to be tried; drawn anew each time.</param>
/// <param name="IsOffered">False if the domain says that it has no such service (a target of the root), or nothing was found.</param>
/// <param name="Ttl">How long it may be kept.</param>
/// <remarks><b>Spec</b>: RFC 2782.</remarks>
public sealed record DnsServices(DnsOutcome Outcome, ValueList<SrvRecord> Targets, bool IsOffered, TimeSpan Ttl)
{
    internal static DnsServices Of(DnsAnswer<SrvRecord> answer, QueryNumbers numbers)
    {
        // RFC 2782: a target of "." means that the service is decidedly not available at this domain.
        bool isOffered = answer.IsFound && !(answer.Records.Count == 1 && answer.Records[0].Target.IsRoot);
        return new(answer.Outcome, isOffered ? [.. Order(answer.Records, numbers)] : [], isOffered, answer.Ttl);
    }

    /// <summary>Orders by priority, and those of one priority by lots of their weights.</summary>
    internal static IEnumerable<SrvRecord> Order(IEnumerable<SrvRecord> records, QueryNumbers numbers)
    {
        foreach (IGrouping<ushort, SrvRecord> equals in records.GroupBy(record => record.Priority).OrderBy(group => group.Key))
        {
            // RFC 2782: those of weight 0 stand first, so that they have a small chance.
            List<SrvRecord> left = [.. equals.OrderBy(record => record.Weight != 0)];
            while (left.Count > 0)
            {
                int lot = numbers.NextBelow(left.Sum(record => record.Weight) + 1);
                int at = 0;
                for (int sum = left[0].Weight; sum < lot; sum += left[at].Weight)
                {
                    at++;
                }

                yield return left[at];
                left.RemoveAt(at);
            }
        }
    }
}
