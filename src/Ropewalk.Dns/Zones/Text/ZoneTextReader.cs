using System.Globalization;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Makes zones of texts that a program has in its own lines.</summary>
internal static class ZoneTextReader
{
    private const string Head = "$TTL 3600\n";

    public static Zone Read(DomainName apex, string text, NameHash hash)
    {
        var parser = new MasterFileParser("text", apex);
        var builder = new ZoneBuilder(apex, hash, keepPositions: true);
        parser.Give(Encoding.UTF8.GetBytes(Head + text));
        while (parser.Parse(builder) == MasterFileStatus.FileWanted)
        {
            parser.Refuse("a text includes no file");
        }

        string[] wrong =
        [
            .. parser.Problems.Where(problem => !problem.Violation.IsWarning()).Select(problem => $"{LineOf(parser, problem.Position)}: {problem.Text}"),
            .. builder.Rejected.Select(record => $"{LineOf(parser, record.Position)}: {record.Owner} {record.Type.Mnemonic()} cannot be in the zone {apex}: {record.Reason}"),
        ];
        if (wrong.Length > 0)
        {
            throw new FormatException($"The text of the zone {apex} is wrong.{string.Concat(wrong.Select(line => "\n" + line))}");
        }

        if (!builder.Records.Any(record => record.Type == DnsType.SOA))
        {
            // RFC 1035 §5.2: there is one; the times are those that RIPE-203 recommends for small zones.
            builder.Add(ResourceRecord.Parse(string.Create(CultureInfo.InvariantCulture, $"{apex} 3600 IN SOA {apex} hostmaster.{(apex.IsRoot ? "" : apex)} 1 86400 7200 3600000 300")));
        }

        return builder.Build();
    }

    // The first line is ours.
    private static string LineOf(MasterFileParser parser, SourcePosition position) => string.Create(CultureInfo.InvariantCulture, $"line {parser.Files.Locate(position).Line - 1}");
}
