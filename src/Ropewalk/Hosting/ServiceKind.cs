namespace Ropewalk.Hosting;

/// <summary>Makes services of one kind from options of one type.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public abstract class ServiceKind<TOptions> : IServiceKind
    where TOptions : class
{
    /// <summary>Creates the kind.</summary>
    /// <param name="name">Its name, as in the configuration file.</param>
    /// <param name="settings">Its settings and what a change of each touches.</param>
    protected ServiceKind(string name, SettingTable<TOptions> settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(settings);
        Name = name;
        Table = settings;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Setting> Settings => Table.Settings;

    /// <inheritdoc/>
    public virtual bool ListensNowhere => false;

    /// <summary>Gets the settings and what a change of each touches.</summary>
    protected SettingTable<TOptions> Table { get; }

    IEnumerable<string> IServiceKind.Validate(object options) => Validate((TOptions)options);

    IReadOnlyList<Setting> IServiceKind.Compare(object before, object after) => Table.Compare((TOptions)before, (TOptions)after);

    ValueTask<ServiceInstance> IServiceKind.StartAsync(object options, ServiceContext context, CancellationToken cancellationToken)
        => StartAsync((TOptions)options, context, cancellationToken);

    /// <summary>Lists everything that is wrong with the options. Default: nothing is.</summary>
    protected virtual IEnumerable<string> Validate(TOptions options) => [];

    /// <summary>Makes an instance.</summary>
    /// <inheritdoc cref="IServiceKind.StartAsync"/>
    protected abstract ValueTask<ServiceInstance> StartAsync(TOptions options, ServiceContext context, CancellationToken cancellationToken);
}
