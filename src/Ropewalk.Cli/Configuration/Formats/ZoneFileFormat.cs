using System.Diagnostics.CodeAnalysis;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads a zone file: its path, and before it the zone's name if the file does not say it: <c>zones/db.local</c>, <c>example.org=zones/main</c>.</summary>
internal sealed class ZoneFileFormat : ValueFormat<ZoneFile>
{
    private static readonly PathFormat Paths = new();

    /// <inheritdoc/>
    public override string TypeText => "[ZONE=]FILE";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out ZoneFile value, out ValueProblem problem)
    {
        value = null;
        int equals = node.Text.IndexOf('=', StringComparison.Ordinal);
        string? zone = equals > 0 ? node.Text[..equals] : null;
        if (zone is not null && !DomainName.TryParse(zone, out _))
        {
            problem = new ValueProblem($"'{YamlTreeReader.Shown(zone)}' is not the name of a zone");
            return false;
        }

        if (!Paths.TryRead(zone is null ? node : new ScalarNode(node.Origin, node.Text[(equals + 1)..], plain: true), out string? path, out problem))
        {
            return false;
        }

        value = new ZoneFile(path, zone);
        return true;
    }

    /// <inheritdoc/>
    public override string Write(ZoneFile value, bool redacted) => TextFormat.Quote(value.Zone is null ? value.Path : $"{value.Zone}={value.Path}");
}
