using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ropewalk.Policies;

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
        bool isNetwork = AddressPrefix.TryParseNetwork(node.Text, out _, out IPNetwork? meant);
        problem = new ValueProblem(meant is null
            ? $"'{YamlTreeReader.Shown(node.Text)}' is not {TypeText}"
            : $"'{YamlTreeReader.Shown(node.Text)}' has bits behind its prefix; the network is {meant}");
        return isNetwork;
    }

    /// <inheritdoc/>
    public override string Write(string value, bool redacted) => TextFormat.Quote(value);
}
