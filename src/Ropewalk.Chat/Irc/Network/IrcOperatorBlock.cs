namespace Ropewalk.Chat.Irc.Network;

/// <summary>Says who may be an operator of the network, and what such a one may do.</summary>
public sealed class IrcOperatorBlock
{
    /// <summary>Gets or sets the name that OPER gives.</summary>
    public string Name { get; set; } = "";

    /// <summary>Gets or sets the account whose owner this is. Who is logged in to it needs no password; others give the account's to OPER.</summary>
    public string Account { get; set; } = "";

    /// <summary>Gets or sets the masks that <c>user@host</c> must match one of. Default any.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = ["*@*"];

    /// <summary>Gets or sets whether TLS is needed. Default true.</summary>
    public bool RequiresTls { get; set; } = true;

    /// <summary>Gets or sets what may be done. Default everything.</summary>
    public IrcOperatorRights Rights { get; set; } = IrcOperatorRights.All;
}
