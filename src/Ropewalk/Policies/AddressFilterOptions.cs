using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Says who may connect. <b>Reload</b>: live, for new connections.</summary>
public sealed class AddressFilterOptions
{
    /// <summary>Gets the networks that may connect; empty for all. <b>Shape</b>: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>, <c>192.0.2.7</c>.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>Gets the networks that may not, whatever <see cref="Allow"/> says.</summary>
    public IList<string> Deny { get; } = [];

    /// <summary>Gets or sets whether peers without an address (a Unix socket, memory) may connect. Default true: the file's mode guards them.</summary>
    public bool AllowLocal { get; set; } = true;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">A network is not well-formed.</exception>
    public void Validate() => _ = Read();

    internal (AddressSet Allow, AddressSet Deny) Read()
    {
        var errors = new List<string>();
        AddressSet? allow = AddressSet.TryParse(Allow, errors);
        AddressSet? deny = AddressSet.TryParse(Deny, errors);
        return errors.Count == 0 ? (allow!, deny!) : throw new OptionsValidationException(nameof(AddressFilterOptions), typeof(AddressFilterOptions), errors);
    }
}
