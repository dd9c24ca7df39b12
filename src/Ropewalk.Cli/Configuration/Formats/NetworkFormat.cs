using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads an address or a network: <c>192.0.2.7</c>, <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>.</summary>
internal sealed class NetworkFormat : ValueFormat<string>
{
    /// <inheritdoc/>
    public override string TypeText => "an address or a network such as 10.0.0.0/8";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out string value, out ValueProblem problem)
    {
        value = node.Text;
        // 10/8 would be 0.0.0.10/8 to IPNetwork, and 192.168 the address 192.0.0.168.
        bool isWhole = node.Text.Contains(':', StringComparison.Ordinal) || node.Text.AsSpan().Count('.') == 3;
        string? meant = isWhole ? FindMeant(node.Text) : null;
        problem = new ValueProblem(meant is null
            ? $"'{YamlTreeReader.Shown(node.Text)}' is not {TypeText}"
            : $"'{YamlTreeReader.Shown(node.Text)}' has bits behind its prefix; the network is {meant}");
        return isWhole && meant is null && (IPAddress.TryParse(node.Text, out _) || IPNetwork.TryParse(node.Text, out _));
    }

    // Who wrote a whole address may have meant only that one. IPNetwork cuts the bits off.
    private static string? FindMeant(string text) =>
        text.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(text, out IPNetwork network)
        && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out IPAddress? written) && !written.Equals(network.BaseAddress)
            ? network.ToString()
            : null;

    /// <inheritdoc/>
    public override string Write(string value, bool redacted) => TextFormat.Quote(value);
}
