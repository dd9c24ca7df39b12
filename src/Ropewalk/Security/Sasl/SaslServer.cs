using Ropewalk.Security.Accounts;

namespace Ropewalk.Security.Sasl;

/// <summary>Signs clients in, for any protocol that carries SASL. One for the whole process.</summary>
/// <remarks><b>Call</b>: from any thread. <b>Spec</b>: RFC 4422.</remarks>
public sealed class SaslServer
{
    private readonly AccountAuthenticator _authenticator;
    private readonly SaslServerOptions _options;

    /// <summary>Creates the server.</summary>
    /// <param name="authenticator">Who checks.</param>
    /// <param name="options">What is offered; null for the defaults. Not to be changed afterwards.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are wrong.</exception>
    public SaslServer(AccountAuthenticator authenticator, SaslServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(authenticator);
        _authenticator = authenticator;
        _options = options ?? new SaslServerOptions();
        _options.Validate();
    }

    /// <summary>Lists what may be used on a connection: PLAIN only where nobody else can read, EXTERNAL only with a certificate.</summary>
    public IReadOnlyList<string> MechanismsFor(SaslServerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [.. _options.Mechanisms.Where(name => IsOffered(name, context))];
    }

    /// <summary>Begins a conversation.</summary>
    /// <param name="mechanism">The name that the client asks for, in any case.</param>
    /// <param name="context">The connection.</param>
    /// <returns>Null if the mechanism is not offered on this connection.</returns>
    public SaslServerConversation? Start(string mechanism, SaslServerContext context)
    {
        ArgumentNullException.ThrowIfNull(mechanism);
        string? name = MechanismsFor(context).FirstOrDefault(offered => offered.Equals(mechanism, StringComparison.OrdinalIgnoreCase));
        return name is null ? null : new SaslServerConversation(name, context, _authenticator, _options);
    }

    private bool IsOffered(string mechanism, SaslServerContext context) => mechanism switch
    {
        SaslMechanism.External => context.Certificate is not null,
        SaslMechanism.Plain => context.IsProtected || _options.AllowPlainUnprotected,
        _ => true,
    };
}
