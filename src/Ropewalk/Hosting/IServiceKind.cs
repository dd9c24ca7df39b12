namespace Ropewalk.Hosting;

/// <summary>
/// Makes services of one kind (<c>web</c>, <c>forward</c>) from their options, and knows which of the options may change while one runs.
/// Derive from <see cref="ServiceKind{TOptions}"/>.
/// </summary>
public interface IServiceKind
{
    /// <summary>Gets the kind's name, as in the configuration file.</summary>
    string Name { get; }

    /// <summary>Gets the settings and what a change of each touches.</summary>
    IReadOnlyList<Setting> Settings { get; }

    /// <summary>Gets whether services of this kind listen nowhere and only connect to others: such a one may have no endpoint. Default false.</summary>
    bool ListensNowhere => false;

    /// <summary>Lists everything that is wrong with the options; empty where nothing is. Looks at the values only: no file, no network.</summary>
    IEnumerable<string> Validate(object options);

    /// <summary>Lists the settings that differ.</summary>
    IReadOnlyList<Setting> Compare(object before, object after);

    /// <summary>
    /// Makes an instance. What can fail (a folder that is not there, a certificate that does not load) fails here, before anything that
    /// runs is touched.
    /// </summary>
    /// <exception cref="Exception">It cannot be made; the message is told to the operator beside the service's name.</exception>
    ValueTask<ServiceInstance> StartAsync(object options, ServiceContext context, CancellationToken cancellationToken);
}
