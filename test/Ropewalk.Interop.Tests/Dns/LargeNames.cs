using System.Globalization;
using System.Text;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is a large zone <c>large.test</c>, with all its records as a transfer shows them.</summary>
internal sealed class LargeNames
{
    public const string Zone = "large.test";
    public const int Serial = 7;

    private LargeNames(string text, string[] records)
    {
        Text = text;
        Records = records;
    }

    /// <summary>Gets the zone's text.</summary>
    public string Text { get; }

    /// <summary>Gets the records in the form of <c>name ttl class type data</c>, sorted.</summary>
    public string[] Records { get; }

    /// <summary>Makes a zone: a third of it are addresses, a third texts of all lengths, a third mail exchangers.</summary>
    public static LargeNames Make(int count)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"$ORIGIN {Zone}.\n$TTL 300\n@ SOA ns1 hostmaster {Serial} 3600 600 86400 60\n@ NS ns1\nns1 A 127.0.0.1\nwww A 127.0.0.2\n"));
        List<string> records =
        [
            string.Create(CultureInfo.InvariantCulture, $"{Zone}. 300 IN SOA ns1.{Zone}. hostmaster.{Zone}. {Serial} 3600 600 86400 60"),
            $"{Zone}. 300 IN NS ns1.{Zone}.",
            $"ns1.{Zone}. 300 IN A 127.0.0.1",
            $"www.{Zone}. 300 IN A 127.0.0.2",
        ];
        for (int i = 0; records.Count < count; i++)
        {
            string data = (i % 3) switch
            {
                0 => $"A 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}",
                1 => $"TXT \"{new string('t', i % 200)}{i}\"",
                _ => $"MX {i & 1023} ns1.{Zone}.",
            };
            text.Append(CultureInfo.InvariantCulture, $"n{i / 2} {data}\n");
            records.Add($"n{i / 2}.{Zone}. 300 IN {data}");
        }

        records.Sort(StringComparer.Ordinal);
        return new LargeNames(text.ToString(), [.. records]);
    }
}
