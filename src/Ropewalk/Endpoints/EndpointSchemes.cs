using System.Diagnostics.CodeAnalysis;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Security.Tls;
using Ropewalk.WebSockets;

namespace Ropewalk.Endpoints;

/// <summary>
/// Holds the schemes that endpoint strings may have: their syntax, for parsing, and their implementation, for listening and connecting.
/// Pass it to <see cref="EndpointSpec.Parse(string, IFormatProvider?)"/> where plug-in schemes must be understood.
/// </summary>
/// <remarks><b>Call</b>: add schemes before the first use; reading is safe from any thread afterwards.</remarks>
public sealed class EndpointSchemes : IFormatProvider
{
    private readonly Dictionary<string, EndpointSyntax> _syntaxes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IEndpointScheme> _schemes = new(StringComparer.Ordinal);

    /// <summary>Creates a registry that can parse the built-in schemes and has an implementation of none.</summary>
    public EndpointSchemes()
    {
        foreach (EndpointSyntax syntax in EndpointSyntax.BuiltIn)
        {
            _syntaxes.Add(syntax.Name, syntax);
        }
    }

    /// <summary>Gets the registry that <see cref="EndpointSpec.Parse(string, IFormatProvider?)"/> uses without another: the built-in syntaxes.</summary>
    internal static EndpointSchemes BuiltIn { get; } = new();

    /// <summary>Gets the syntaxes, in the order of their names.</summary>
    public IEnumerable<EndpointSyntax> Syntaxes => _syntaxes.Values.OrderBy(syntax => syntax.Name, StringComparer.Ordinal);

    /// <summary>Creates a registry with everything that the engine has.</summary>
    public static EndpointSchemes CreateDefault() => new EndpointSchemes()
        .Add(new TcpEndpointScheme())
        .Add(new TlsEndpointScheme())
        .Add(new UnixEndpointScheme())
        .Add(new FileDescriptorEndpointScheme())
        .Add(new SystemdEndpointScheme())
        .Add(new StdioEndpointScheme())
        .Add(new MemoryEndpointScheme())
        .Add(new ProxyEndpointScheme())
        .Add(WebSocketEndpointScheme.Create())
        .Add(WebSocketEndpointScheme.CreateSecure());

    /// <summary>Adds a scheme, or replaces the one of the same name.</summary>
    /// <returns>This registry.</returns>
    public EndpointSchemes Add(IEndpointScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        AddSyntax(scheme.Syntax);
        _schemes[scheme.Name] = scheme;
        return this;
    }

    /// <summary>Adds a syntax without an implementation of streams (as <c>udp:</c> is), or replaces the one of the same name.</summary>
    /// <returns>This registry.</returns>
    public EndpointSchemes AddSyntax(EndpointSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        bool isName = syntax.Name.Length > 0 && char.IsAsciiLetterLower(syntax.Name[0]) && syntax.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        if (!isName)
        {
            throw new ArgumentException("A scheme's name is lower-case letters, digits and '-', beginning with a letter.", nameof(syntax));
        }

        _syntaxes[syntax.Name] = syntax;
        return this;
    }

    /// <summary>Finds the implementation of a scheme.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out IEndpointScheme? scheme) => _schemes.TryGetValue(name, out scheme);

    /// <summary>Finds the syntax of a scheme.</summary>
    public bool TryGetSyntax(string name, [NotNullWhen(true)] out EndpointSyntax? syntax) => _syntaxes.TryGetValue(name, out syntax);

    /// <inheritdoc/>
    object? IFormatProvider.GetFormat(Type? formatType) => formatType == typeof(EndpointSchemes) ? this : null;
}
