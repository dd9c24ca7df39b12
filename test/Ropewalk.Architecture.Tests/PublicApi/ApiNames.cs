using System.Globalization;
using System.Reflection;

namespace Ropewalk.Architecture.Tests.PublicApi;

/// <summary>Spells types and parameters as C# does.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(char)] = "char",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The name as the type is declared: <c>Outer.Inner&lt;T&gt;</c>.</summary>
    public static string Declared(Type type)
    {
        string outer = type.DeclaringType is { } parent ? Declared(parent) + "." : "";
        Type[] own = type.GetGenericArguments()[(type.DeclaringType?.GetGenericArguments().Length ?? 0)..];
        string name = type.Name.Split('`')[0];
        return outer + (own.Length == 0 ? name : $"{name}<{string.Join(", ", own.Select(argument => argument.Name))}>");
    }

    /// <summary>The name as the type is used. Namespaces are left out: the snapshot is read by people.</summary>
    public static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return "ref " + Of(type.GetElementType()!);
        }

        if (type.IsPointer)
        {
            return Of(type.GetElementType()!) + "*";
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }

        if (System.Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Of(inner) + "?";
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        string outer = type.DeclaringType is { } parent ? parent.Name.Split('`')[0] + "." : "";
        string arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Of))}>" : "";
        return outer + type.Name.Split('`')[0] + arguments;
    }

    public static string Nullable(FieldInfo field) => Mark(field.FieldType, Nullability.Create(field).ReadState);

    public static string Nullable(PropertyInfo property)
    {
        NullabilityInfo nullability = Nullability.Create(property);
        return Mark(property.PropertyType, property.CanRead ? nullability.ReadState : nullability.WriteState);
    }

    public static string Return(MethodInfo method) => Of(method.ReturnType) + Mark(method.ReturnType, Nullability.Create(method.ReturnParameter).ReadState);

    public static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    public static string Parameter(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        if (type.IsByRef)
        {
            type = type.GetElementType()!;
            prefix = parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        }

        string value = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{prefix}{Of(type)}{Mark(type, Nullability.Create(parameter).WriteState)} {parameter.Name}{value}";
    }

    public static string Constraints(Type[] arguments) => string.Concat(arguments.Where(argument => argument.IsGenericParameter).Select(Constraint));

    public static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Default(ParameterInfo parameter)
    {
        object? value = parameter.DefaultValue;
        Type type = System.Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (value is null && parameter.ParameterType.IsValueType && type == parameter.ParameterType)
        {
            return "default";
        }

        return value is not null && type.IsEnum ? $"{Of(type)}.{Enum.GetName(type, value) ?? value}" : Literal(value);
    }

    private static string Constraint(Type argument)
    {
        GenericParameterAttributes attributes = argument.GenericParameterAttributes;
        bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        List<string> parts = [];
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add("class");
        }

        if (isStruct)
        {
            parts.Add("struct");
        }

        parts.AddRange(argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Of));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
        {
            parts.Add("new()");
        }

        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }

    private static string Mark(Type type, NullabilityState state) => state == NullabilityState.Nullable && !type.IsValueType ? "?" : "";
}
