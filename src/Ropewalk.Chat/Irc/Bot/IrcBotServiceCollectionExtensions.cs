using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Adds a bot to a host.</summary>
public static class IrcBotServiceCollectionExtensions
{
    /// <summary>Adds the host's bot: it connects when the host starts, and says goodbye when it stops. Calling it again adds to the same bot.</summary>
    /// <param name="services">The application's services. A <see cref="TimeProvider"/> and the logs are taken from them.</param>
    /// <param name="configure">Sets where the bot goes and who it is. Called again when the options change (<see cref="IOptionsMonitor{TOptions}"/>): live ones take effect at once.</param>
    /// <param name="hears">Says what it hears and does, beside its modules.</param>
    public static IServiceCollection AddIrcBot(this IServiceCollection services, Action<IrcBotOptions> configure, Action<IrcBotBuilder>? hears = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<IrcBotOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<IrcBotOptions>, Surroundings>());
        services.Configure(configure);
        if (hears is not null)
        {
            services.AddSingleton(new IrcBotPart(hears));
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, IrcBotService>());
        return services;
    }

    /// <summary>Adds a module to the host's bot. Its constructor is given the application's services.</summary>
    public static IServiceCollection AddBotModule<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TModule>(this IServiceCollection services)
        where TModule : class, IIrcBotModule
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddSingleton<IIrcBotModule, TModule>();
    }

    private sealed class Surroundings(TimeProvider time, ILoggerFactory loggers) : IConfigureOptions<IrcBotOptions>
    {
        public void Configure(IrcBotOptions options)
        {
            options.TimeProvider = time;
            options.LoggerFactory = loggers;
        }
    }
}
