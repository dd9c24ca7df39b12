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
        problem = new ValueProblem($"'{YamlTreeReader.Shown(node.Text)}' is not {TypeText}; the bits after the prefix must be 0");
        return IPAddress.TryParse(node.Text, out _) || IPNetwork.TryParse(node.Text, out _);
    }

    /// <inheritdoc/>
    public override string Write(string value, bool redacted) => TextFormat.Quote(value);
}
